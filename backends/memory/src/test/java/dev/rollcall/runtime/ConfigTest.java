package dev.rollcall.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.config.Decoder;
import dev.rollcall.spi.ConfigStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the runtime makes of configuration, in virtual time. */
@SuppressWarnings("FutureReturnValueIgnored") // calls that throw return none
class ConfigTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Decoder<Integer> NUMBER = Decoder.text().map(Integer::valueOf);

    private final Simulation simulation = new Simulation(1);

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void staleSaysSinceWhenThroughWhateverIsWrong() {
        Live<Integer> limit = simulation.client("a").config().follow("limit", NUMBER);
        put("limit", "1");
        simulation.until("known", () -> limit.reading() instanceof Reading.Fresh, SOON);
        put("limit", "bad");
        simulation.until("undecodable", () -> limit.reading() instanceof Reading.Stale, SOON);
        Instant since = ((Reading.Stale<Integer>) limit.reading()).since();

        simulation.advance(Duration.ofHours(1));
        simulation.link("a").cut();
        simulation.until("cut off", () -> kind(limit) == Kind.UNAVAILABLE, SOON);
        put("limit", "worse");
        simulation.advance(Duration.ofHours(1));
        simulation.link("a").heal();
        simulation.until("undecodable again", () -> kind(limit) == Kind.UNDECODABLE, SOON);

        Reading.Stale<Integer> stale = (Reading.Stale<Integer>) limit.reading();
        assertThat(stale.since()).isEqualTo(since);
        assertThat(stale.known()).isEqualTo(1);
        put("limit", "2");
        simulation.until(
                "good again", () -> limit.reading() instanceof Reading.Fresh<Integer> now && now.known() == 2, SOON);
    }

    @Test
    void aTextIsDecodedOnce() {
        Config config = simulation.client("a").config();
        List<String> decoded = new ArrayList<>();
        Live<SortedMap<String, String>> all = config.followPrefix("", text -> {
            decoded.add(text);
            return text;
        });
        put("a", "1");
        put("b", "2");
        simulation.until("both", () -> decoded.containsAll(List.of("1", "2")), SOON);
        put("b", "3");
        simulation.until("changed", () -> decoded.contains("3"), SOON);
        simulation.link("a").cut();
        simulation.advance(Duration.ofMinutes(1));
        simulation.link("a").heal();
        simulation.until("heard again", () -> all.reading() instanceof Reading.Fresh, SOON);

        assertThat(decoded).containsExactlyInAnyOrder("1", "2", "3");
    }

    @Test
    void whatADecoderThrowsIsShownOnOneLineWhateverItIs() {
        Config config = simulation.client("a").config();
        Live<String> deep = config.follow("limit", text -> {
            throw new StackOverflowError();
        });
        Live<String> lines = config.follow("limit", text -> {
            throw new IllegalArgumentException("line 1\n   line 2\u0007 " + "x".repeat(1_000));
        });
        Live<String> nothing = config.follow("limit", text -> null);
        put("limit", "1");
        simulation.until(
                "decoded",
                () -> kind(deep) == Kind.UNDECODABLE
                        && kind(lines) == Kind.UNDECODABLE
                        && kind(nothing) == Kind.UNDECODABLE,
                SOON);

        assertThat(cause(deep)).hasMessageContaining("StackOverflowError");
        assertThat(cause(lines))
                .hasMessageContaining("line 1 line 2\ufffd xxx")
                .hasMessageNotContaining("x".repeat(400));
        assertThat(cause(nothing)).hasMessageContaining("null");
    }

    @Test
    void aPrefixThatHoldsTooMuchIsRefusedAndComesBack() {
        Live<SortedMap<String, String>> all = simulation.client("a").config().followPrefix("", Decoder.text());
        simulation.until("known", () -> all.reading() instanceof Reading.Fresh, SOON);
        for (int i = 0; i <= ConfigStore.MAX_ENTRIES; i++) {
            put("key-" + i, "");
        }
        simulation.until("too much", () -> kind(all) == Kind.REJECTED, SOON);
        assertThat(cause(all)).hasMessageContaining("10000 entries");

        CompletableFuture<Boolean> deleted = simulation.client("b").config().delete("key-0");
        simulation.until("deleted", deleted::isDone, SOON);
        simulation.until(
                "not too much any more",
                () -> all.reading() instanceof Reading.Fresh<SortedMap<String, String>> fresh
                        && fresh.known().size() == ConfigStore.MAX_ENTRIES,
                SOON);
    }

    @Test
    void requestsEndAtTheirDeadlineOrWithTheClient() {
        Rollcall client = simulation.client("a");
        Config config = client.config();
        simulation.until("connected", config.read("limit")::isDone, SOON);
        simulation.link("a").freeze();
        CompletableFuture<ConfigEntry> write = config.write("limit", "1");
        CompletableFuture<?> read = config.read("limit");
        simulation.advance(Duration.ofSeconds(4));
        assertThat(kindOf(write)).isEqualTo(Kind.TIMEOUT);
        assertThat(kindOf(read).name()).isIn("TIMEOUT", "UNAVAILABLE");

        CompletableFuture<ConfigEntry> pending = config.write("limit", "2");
        CompletableFuture<Void> closed = client.closeAsync();
        simulation.until("closed", closed::isDone, Duration.ofMinutes(1));
        assertThat(pending).isCompletedExceptionally();
        assertThatThrownBy(() -> config.follow("limit", NUMBER)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(client::config).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCallersMistakesAreToldAtOnce() {
        Config config = simulation.client("a").config();

        assertThatThrownBy(() -> config.follow("/limit", NUMBER)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> config.followPrefix("a//", NUMBER)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> config.write("limit", "\ud800")).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> config.write("limit", "x".repeat(ConfigEntry.MAX_TEXT_BYTES + 1)))
                .hasMessageContaining("expected: up to 524288");
        assertThatThrownBy(() -> config.compareAndSet("limit", "", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> config.delete("limit", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> config.history("limit", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private void put(String key, String text) {
        simulation.store.putConfigByAnother(key, text.getBytes(StandardCharsets.UTF_8));
    }

    private static StoreException cause(Live<?> live) {
        Reading<?> reading = live.reading();
        return reading instanceof Reading.Stale<?> stale ? stale.cause() : ((Reading.Pending<?>) reading).cause();
    }

    private static Kind kind(Live<?> live) {
        Reading<?> reading = live.reading();
        if (reading instanceof Reading.Fresh) {
            return null;
        }
        StoreException cause = cause(live);
        return cause == null ? null : cause.kind();
    }

    private static Kind kindOf(CompletableFuture<?> failed) {
        assertThat(failed).isCompletedExceptionally();
        Throwable failure = failed.handle((value, cause) -> cause).join();
        return ((StoreException) failure).kind();
    }
}
