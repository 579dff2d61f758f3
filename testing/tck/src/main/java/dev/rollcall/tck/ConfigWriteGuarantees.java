package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Live;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Whoever writes configuration overwrites nothing that he hasn't seen, and reads back what he wrote. */
public interface ConfigWriteGuarantees extends ConfigTestbed {

    @Test
    default void configIsNotOverwrittenByOneWhoHasNotSeenIt() {
        Config one = follower();
        Config other = writer();
        ConfigEntry created = answer(one.compareAndSet("rules", "1", 0));
        assertThat(answer(one.read("rules"))).contains(created);

        assertThat(failureOf(other.compareAndSet("rules", "2", 0)))
                .returns(Kind.CONFLICT, StoreException::kind)
                .hasMessageContainingAll("rules", "revision " + created.revision());
        ConfigEntry changed = answer(other.compareAndSet("rules", "2", created.revision()));
        assertThat(failureOf(one.compareAndSet("rules", "3", created.revision()))
                        .kind())
                .isEqualTo(Kind.CONFLICT);
        assertThat(failureOf(one.delete("rules", created.revision())).kind()).isEqualTo(Kind.CONFLICT);
        assertThat(answer(one.read("rules"))).contains(changed);
        assertThat(answer(one.history("rules", 1))).containsExactly(changed);

        answer(other.delete("rules", changed.revision()));
        assertThat(failureOf(one.compareAndSet("rules", "3", changed.revision())))
                .returns(Kind.CONFLICT, StoreException::kind)
                .hasMessageContaining("nothing is there");
        assertThat(failureOf(one.delete("rules", changed.revision())).kind()).isEqualTo(Kind.CONFLICT);
        assertThat(answer(one.read("rules"))).isEmpty();
        assertThat(answer(one.history("rules", 10))).isEmpty();
    }

    @Test
    default void configThatTwoCountUpTogetherLosesNoCount() {
        answer(writer().write("count", "0"));
        List<CompletableFuture<Void>> counting = new ArrayList<>();
        for (Config config : List.of(follower(), writer())) {
            counting.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 20; i++) {
                    countUp(config);
                }
            }));
        }
        counting.forEach(this::join);

        assertThat(answer(follower().read("count")).map(ConfigEntry::text)).contains("40");
    }

    private void countUp(Config config) {
        for (boolean counted = false; !counted; ) {
            ConfigEntry before = answer(config.read("count")).orElseThrow();
            String next = String.valueOf(Integer.parseInt(before.text()) + 1);
            try {
                config.compareAndSet("count", next, before.revision()).join();
                counted = true;
            } catch (CompletionException e) {
                assertThat(e).cause().extracting("kind").isEqualTo(Kind.CONFLICT);
            }
        }
    }

    @Test
    default void configIsAsLongAndAsStrangeAsItMayBe() {
        Config writer = writer();
        String longest = "ü".repeat(ConfigEntry.MAX_TEXT_BYTES / 2);
        String key = "a:b/ö%2F{}/" + "k".repeat(ConfigEntry.MAX_KEY_CHARS - 11);
        ConfigEntry written = answer(writer.write(key, longest));
        Config config = follower();

        assertThat(answer(config.read(key)).orElseThrow().equals(written)).isTrue();
        Live<Integer> length = config.follow(key, text -> text.length());
        awaitFresh(length, longest.length(), written.revision());
    }
}
