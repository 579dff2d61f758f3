package dev.rollcall.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.Live;
import dev.rollcall.OverrideRequest;
import dev.rollcall.Overrides;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import dev.rollcall.health.HealthCheck;
import dev.rollcall.health.Probe;
import dev.rollcall.health.ProbeResult;
import dev.rollcall.memory.StoreEntry;
import dev.rollcall.runtime.ConfigWatches.Way;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What operators ask of instances, in virtual time. */
class OverridesTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Instance INSTANCE =
            Instance.of("orders", "http://10.0.0.1:80").withId("a").withWeight(5);

    private final Simulation simulation = new Simulation(1);

    @Test
    void anOverrideEndsAtItsTimeWhileTheStoreIsAwayAndByItself() {
        Registration owner = registered(simulation.client("owner"));
        set("a", OverrideRequest.outOfService().lasting(Duration.ofMinutes(10)));
        until(INSTANCE.withStatus(Status.OUT_OF_SERVICE));
        simulation.advance(Duration.ofMinutes(9));
        assertThat(published()).isEqualTo(INSTANCE.withStatus(Status.OUT_OF_SERVICE));

        simulation.link("owner").cut();
        simulation.advance(Duration.ofMinutes(2));
        assertThat(owner.override()).isEmpty();
        simulation.link("owner").heal();
        until(INSTANCE);
        simulation.close();
    }

    @Test
    void whatIsOverIsDeletedWithTheNextThatIsWritten() {
        Live<SortedMap<String, InstanceOverride>> all =
                simulation.client("reader").overrides().follow();
        set("a", OverrideRequest.outOfService().lasting(Duration.ofMinutes(1)));
        set("b", OverrideRequest.weight(3).lasting(Duration.ofHours(2)).by("anna"));
        simulation.advance(Duration.ofHours(1));
        assertThat(all.reading().value().orElseThrow()).containsOnlyKeys("orders/a", "orders/b");

        set("c", OverrideRequest.draining());
        simulation.until(
                "deleted",
                () -> all.reading().value().orElseThrow().keySet().equals(Set.of("orders/b", "orders/c")),
                SOON);
        assertThat(all.reading().value().orElseThrow().get("orders/b"))
                .returns("anna", InstanceOverride::by)
                .returns(3, InstanceOverride::weight)
                .returns("weight 3", InstanceOverride::summary);
        simulation.close();
    }

    @Test
    void theOwnersOwnWordOtherThanUpGoesBeforeTheOperatorsAndThatBeforeItsHealth() {
        HealthCheck failing = HealthCheck.of((Probe) (instance, timeout) -> new ProbeResult(false, "no"))
                .every(Duration.ofSeconds(1));
        Rollcall client = simulation.client("owner", options -> options.checkExecutor(simulation.time));
        Registration owner = client.register(INSTANCE, failing);
        until(INSTANCE.withStatus(Status.OUT_OF_SERVICE));
        set("a", OverrideRequest.draining());
        until(INSTANCE.withStatus(Status.DRAINING));
        var unused = owner.update(instance -> instance.withStatus(Status.OUT_OF_SERVICE));
        until(INSTANCE.withStatus(Status.OUT_OF_SERVICE));
        simulation.close();
    }

    @Test
    void theFirstRegistrationIsNeverUpForAMomentAndAnInstantLaterOneNeither() {
        set("a", OverrideRequest.outOfService());
        set("b", OverrideRequest.outOfService());
        List<Status> seen = new ArrayList<>();
        simulation.store.observe(event -> {
            Instance now = simulation
                    .store
                    .find("orders", "a")
                    .flatMap(StoreEntry::instance)
                    .orElse(null);
            Instance other = simulation
                    .store
                    .find("orders", "b")
                    .flatMap(StoreEntry::instance)
                    .orElse(null);
            seen.add(now == null ? Status.OUT_OF_SERVICE : now.status());
            seen.add(other == null ? Status.OUT_OF_SERVICE : other.status());
        });
        Rollcall client = simulation.client("owner");
        client.register(INSTANCE);
        until(INSTANCE.withStatus(Status.OUT_OF_SERVICE));
        client.register(INSTANCE.withId("b"));
        simulation.advance(Duration.ofSeconds(5));

        assertThat(simulation.store.ids("orders")).containsExactly("a", "b");
        assertThat(seen).containsOnly(Status.OUT_OF_SERVICE);
        simulation.close();
    }

    @Test
    void aStoreThatKeepsItsConfigurationToItselfHoldsNobodyUp() {
        for (Way way : new Way[] {Way.NEVER_ANSWERED, Way.IMPOSSIBLE}) {
            ConfigWatches watches = new ConfigWatches(simulation.store.provider(), way);
            Rollcall client = simulation.client(way.name(), options -> options.provider(watches));
            Registration owner = client.register(INSTANCE.withId(way.name()));
            simulation.until(
                    "registered", () -> simulation.store.ids("orders").contains(way.name()), Duration.ofSeconds(1));
            var unused = owner.closeAsync();
        }
        simulation.close();
    }

    @Test
    void whereTheyMayNotBeReadItIsAskedSeldomAndFollowedOnceTheyMay() {
        set("a", OverrideRequest.weight(1).lasting(Duration.ofDays(1)));
        ConfigWatches watches = new ConfigWatches(simulation.store.provider(), Way.REFUSED);
        try (LoggedLines lines = LoggedLines.of("internal.FollowedOverrides")) {
            Rollcall client = simulation.client("owner", options -> options.provider(watches));
            registered(client);
            simulation.advance(Duration.ofHours(1));
            client.register(INSTANCE.withId("b"));
            simulation.advance(Duration.ofHours(1));
            assertThat(watches.watched()).hasSizeBetween(12, 25);
            assertThat(watches.open()).isZero();
            assertThat(lines.containing("may not be read")).hasSize(1);

            watches.go(Way.PASSED_ON);
            simulation.advance(Duration.ofMinutes(10));
            assertThat(published()).isEqualTo(INSTANCE.withWeight(1));
        }
        simulation.close();
    }

    @Test
    void moreOverridesThanAWatchCarriesChangeNothingAboutRegistrations() {
        Registration owner = registered(simulation.client("owner"));
        set("a", OverrideRequest.weight(1));
        until(INSTANCE.withWeight(1));
        for (int i = 0; i <= ConfigStore.MAX_ENTRIES; i++) {
            put("orders/x" + i, "");
        }
        var unused = owner.update(instance -> instance.withZone("b"));
        until(INSTANCE.withWeight(1).withZone("b"));
        simulation.close();
    }

    @Test
    void oneWatchServesAllRegistrationsAndIsBegunWithTheFirst() {
        ConfigWatches watches = new ConfigWatches(simulation.store.provider(), Way.PASSED_ON);
        Rollcall client = simulation.client("owner", options -> options.provider(watches));
        client.discover("orders");
        simulation.advance(SOON);
        assertThat(watches.watched()).isEmpty();

        for (int i = 0; i < 100; i++) {
            client.register(INSTANCE.withId("x" + i));
            var unused = client.register(INSTANCE.withId("y" + i)).closeAsync();
        }
        simulation.advance(SOON);
        assertThat(watches.watched()).containsExactly(ConfigRange.below("rollcall/overrides"));
        assertThat(simulation.store.ids("orders")).hasSize(100);
        simulation.close();
        assertThat(watches.open()).isZero();
    }

    @Test
    void aClientThatIsToldSoFollowsNone() {
        ConfigWatches watches = new ConfigWatches(simulation.store.provider(), Way.PASSED_ON);
        set("a", OverrideRequest.draining());
        registered(
                simulation.client("owner", options -> options.provider(watches).followOverrides(false)));
        assertThat(published()).isEqualTo(INSTANCE);
        assertThat(watches.watched()).isEmpty();
        simulation.close();

        assertThatThrownBy(() -> Rollcall.builder("memory:?overrides=perhaps"))
                .hasMessage("registry parameter overrides: \"perhaps\" (expected: follow or ignore)");
    }

    @Test
    void oneThatLeavesStaysLeavingAndItsSuccessorIsOverriddenAnew() {
        Rollcall client = simulation.client("owner");
        Registration first = registered(client);
        var draining = first.drain(Duration.ofMinutes(1));
        until(INSTANCE.withStatus(Status.DRAINING));
        set("a", OverrideRequest.weight(1));
        simulation.advance(Duration.ofSeconds(10));
        assertThat(published()).isEqualTo(INSTANCE.withStatus(Status.DRAINING));

        client.register(INSTANCE);
        until(INSTANCE.withWeight(1));
        assertThat(draining).isCompleted();
        clear("a");
        until(INSTANCE);
        simulation.close();
    }

    @Test
    void whatCantBeReadIsToldOnceAndKeepsTheGoodOneBeforeUntilThatEnds() {
        try (LoggedLines lines = LoggedLines.of("internal.FollowedOverrides")) {
            registered(simulation.client("owner"));
            set("a", OverrideRequest.draining().lasting(Duration.ofMinutes(10)));
            until(INSTANCE.withStatus(Status.DRAINING));
            for (String bad : List.of("", "[]", "{\"status\":\"draining\"}", "{\"weight\":1,\"until\":\"for ever\"}")) {
                put("orders/a", bad);
                simulation.advance(Duration.ofSeconds(30));
                assertThat(published().status()).isEqualTo(Status.DRAINING);
            }
            assertThat(lines.containing("rollcall/overrides/orders/a can't be decoded"))
                    .hasSize(4);
            simulation.advance(Duration.ofMinutes(10));
            assertThat(published()).isEqualTo(INSTANCE);
        }
        simulation.close();
    }

    @Test
    void writtenByHandItMayBeTerseButNotForEver() {
        registered(simulation.client("owner"));
        String now = simulation.time.now().toString();
        put(
                "orders/a",
                "{\"weight\":\"7\",\"status\":null,\"note\":[{}],\"since\":\"" + now + "\",\"until\":\""
                        + simulation.time.now().plusSeconds(60) + "\"}");
        until(INSTANCE.withWeight(7));
        put("orders/a", "{\"weight\":8,\"since\":\"9999-01-01T00:00:00Z\",\"until\":\"9999-01-02T00:00:00Z\"}");
        until(INSTANCE);
        simulation.close();
    }

    @Test
    void whatCantBeAskedIsRefusedAtOnce() {
        Overrides overrides = simulation.client("operator").overrides();
        assertThatThrownBy(() -> overrides.set("orders", "a/b", OverrideRequest.draining()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> overrides.set("o".repeat(255), "a".repeat(300), OverrideRequest.draining()))
                .hasMessageContaining("492");
        assertThatThrownBy(() -> OverrideRequest.weight(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OverrideRequest.draining().lasting(Duration.ofDays(31)))
                .hasMessageContaining("30 days");
        assertThatThrownBy(() -> new OverrideRequest(Status.UP, null, SOON, "")).hasMessageContaining("clear");
        assertThatThrownBy(() -> new OverrideRequest(null, null, SOON, "")).hasMessageContaining("at least one");
        simulation.close();
    }

    @Test
    void whateverHappensTheLatestWordsOfBothArePublishedInTheEnd() {
        Seeds.forEach(30, seed -> {
            Simulation world = new Simulation(seed);
            Random random = world.random;
            Overrides operator = world.client("operator").overrides();
            Registration owner = world.client("owner").register(INSTANCE);
            OverrideRequest asked = null;
            for (int step = 0; step < 40; step++) {
                switch (random.nextInt(6)) {
                    case 0 -> world.link("owner").cut();
                    case 1 -> world.link("owner").heal();
                    case 2 -> world.store.endLeases();
                    case 3 -> {
                        int weight = random.nextInt(100);
                        var unused = owner.update(instance -> instance.withWeight(weight));
                    }
                    case 4 -> {
                        asked = random.nextBoolean()
                                ? OverrideRequest.draining()
                                : OverrideRequest.weight(random.nextInt(100));
                        done(world, operator.set("orders", "a", asked.lasting(Duration.ofDays(1))));
                    }
                    default -> {
                        asked = null;
                        done(world, operator.clear("orders", "a"));
                    }
                }
                world.advance(Duration.ofMillis(random.nextInt(3_000)));
            }
            world.link("owner").heal();
            Instance own = owner.instance();
            Instance expected = asked == null
                    ? own
                    : asked.weight() != null ? own.withWeight(asked.weight()) : own.withStatus(Status.DRAINING);
            world.until(
                    "published",
                    () -> world.store
                            .find("orders", "a")
                            .flatMap(StoreEntry::instance)
                            .filter(expected::equals)
                            .isPresent(),
                    Duration.ofMinutes(1));
            world.close();
        });
    }

    private Registration registered(Rollcall client) {
        Registration registration = client.register(INSTANCE);
        until(INSTANCE);
        return registration;
    }

    private void set(String id, OverrideRequest request) {
        done(simulation, simulation.client("operator").overrides().set("orders", id, request));
    }

    private void clear(String id) {
        done(simulation, simulation.client("operator").overrides().clear("orders", id));
    }

    private static void done(Simulation simulation, CompletableFuture<?> asked) {
        simulation.until("answered", asked::isDone, SOON);
        assertThat(asked).isCompleted();
    }

    private void put(String instance, String text) {
        simulation.store.putConfigByAnother("rollcall/overrides/" + instance, text.getBytes(StandardCharsets.UTF_8));
    }

    private Instance published() {
        return simulation
                .store
                .find("orders", "a")
                .flatMap(StoreEntry::instance)
                .orElseThrow();
    }

    private void until(Instance expected) {
        simulation.until(
                "published as " + expected,
                () -> simulation
                        .store
                        .find("orders", "a")
                        .flatMap(StoreEntry::instance)
                        .filter(expected::equals)
                        .isPresent(),
                SOON);
    }
}
