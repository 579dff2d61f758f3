package dev.rollcall.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.Snapshot;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Pick;
import dev.rollcall.balance.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The store is away for an hour. */
class OutageTest {
    private static final int INSTANCES = 20;
    /** How late an outage may be noticed: two unanswered heartbeats and a request. */
    private static final Duration NOTICE = Simulation.TTL;

    private final Simulation simulation = new Simulation(1);
    private final List<Instance> instances = new ArrayList<>();
    private ViewHistory orders;

    @BeforeEach
    void registerAndDiscover() {
        Rollcall provider = simulation.client("provider");
        for (int i = 0; i < INSTANCES; i++) {
            instances.add(Instance.of("orders", "http://10.0.0.1:" + (80 + i)));
            provider.register(instances.get(i));
        }
        orders = simulation.watch(simulation.client("consumer"), "orders");
        simulation.until("all seen", () -> orders.view().instances().size() == INSTANCES, Duration.ofSeconds(5));
    }

    @Test
    void everyReadAndEveryPickSucceedsWhileTheStoreIsAwayForAnHourAndTheAgeIsRight() {
        Instant away = simulation.time.now();
        Selector selector = orders.view().selector(LoadBalancer.roundRobin());

        simulation.store.kill();
        simulation.advance(NOTICE);
        for (int second = 0; second < 3_600; second++) {
            assertThat(orders.view().instances()).isEqualTo(instances);
            try (Pick pick = selector.pick()) {
                assertThat(instances).contains(pick.instance());
                pick.succeeded();
            }
            Reading.Stale<Snapshot> stale = stale();
            assertThat(stale.since()).isBetween(away, away.plus(NOTICE));
            assertThat(stale.cause().concernsWholeStore()).isTrue();
            simulation.advance(Duration.ofSeconds(1));
        }

        simulation.store.restart();
        simulation.advance(Duration.ofSeconds(10));
        assertThat(orders.view().reading()).isInstanceOf(Reading.Fresh.class);
        assertThat(orders.view().instances()).isEqualTo(instances);
        assertThat(orders.changes().all()).hasSize(1);
        simulation.checkViews();
    }

    @Test
    void aStoreThatComesBackEmptyIsFilledAgainAndConsumersHoldMeanwhile() {
        simulation.store.kill();
        simulation.wipe();
        simulation.advance(Duration.ofHours(1));
        simulation.store.restart();
        simulation.advance(Duration.ofSeconds(20));

        assertThat(simulation.store.entries("orders")).hasSize(INSTANCES);
        assertThat(orders.view().reading()).isInstanceOf(Reading.Fresh.class);
        assertThat(orders.view().instances()).isEqualTo(instances);
        assertThat(orders.view().reading().value().orElseThrow().held()).isEmpty();
        assertThat(orders.changes().removedIds()).isEmpty();
    }

    @Test
    void aSilentStoreMakesTheViewStaleAndAnswersAreTakenUpWhereTheyWere() {
        Instant silent = simulation.time.now();

        simulation.link("consumer").freeze();
        simulation.advance(NOTICE);
        assertThat(stale().since()).isBetween(silent, silent.plus(NOTICE));
        simulation.client("newcomer").register(Instance.of("orders", "http://10.0.0.2:80"));
        simulation.advance(Duration.ofMinutes(10));
        assertThat(orders.view().instances()).isEqualTo(instances);

        simulation.link("consumer").heal();
        simulation.advance(Duration.ofSeconds(10));
        assertThat(orders.view().reading()).isInstanceOf(Reading.Fresh.class);
        assertThat(orders.view().instances()).hasSize(INSTANCES + 1);
        assertThat(orders.changes().removedIds()).isEmpty();
        simulation.checkViews();
    }

    private Reading.Stale<Snapshot> stale() {
        assertThat(orders.view().reading()).isInstanceOf(Reading.Stale.class);
        return (Reading.Stale<Snapshot>) orders.view().reading();
    }
}
