package dev.rollcall.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.memory.StoreEvent;
import dev.rollcall.memory.StoreEvent.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A store that ends leases whose owners are well, as etcd did under a stuck leader. */
class LeaseLossTest {

    @Test
    void afterAMassRevokeOf80PercentConsumersHoldAndProvidersReturnSpreadOverTime() {
        Simulation simulation = new Simulation(1);
        fleet(simulation, 50, 10);
        ViewHistory view = simulation.watch(simulation.client("consumer"), "orders");
        simulation.until("all seen", () -> view.view().instances().size() == 500, Duration.ofSeconds(5));
        int before = simulation.history.events().size();

        simulation.store.endLeases(mostOf(50, simulation.random));
        simulation.advance(Simulation.TTL);

        assertThat(simulation.store.entries("orders")).hasSize(500);
        assertThat(view.changes().removedIds()).isEmpty();
        assertThat(view.view().reading()).isInstanceOfSatisfying(Reading.Fresh.class, reading -> {});
        List<StoreEvent> returns =
                simulation
                        .history
                        .events()
                        .subList(before, simulation.history.events().size())
                        .stream()
                        .filter(event -> event.kind() == Kind.PUT)
                        .toList();
        assertThat(returns).hasSize(400);
        Set<Long> moments = returns.stream().map(StoreEvent::nanoTime).collect(Collectors.toSet());
        assertThat(moments).as("moments at which clients return").hasSizeGreaterThan(25);
        simulation.checkViews();
        simulation.close();
    }

    @Test
    void leaseLossStormsEndWithEverythingInPlace() {
        Seeds.forEach(40, seed -> {
            Simulation simulation = new Simulation(seed);
            fleet(simulation, 20, 3);
            ViewHistory view = simulation.watch(simulation.client("consumer"), "orders");
            simulation.until("all seen", () -> view.view().instances().size() == 60, Duration.ofSeconds(5));
            for (int storm = 0; storm < 10; storm++) {
                simulation.store.endLeases(mostOf(20, simulation.random));
                simulation.advance(Duration.ofMillis(simulation.random.nextInt(2_000)));
            }
            simulation.advance(Simulation.TTL);

            assertThat(simulation.store.entries("orders")).hasSize(60);
            assertThat(view.view().instances()).hasSize(60);
            assertThat(view.view().reading().value().orElseThrow().held()).isEmpty();
            simulation.checkViews();
        });
    }

    private static void fleet(Simulation simulation, int clients, int each) {
        for (int i = 0; i < clients; i++) {
            Rollcall client = simulation.client("provider-" + i);
            for (int j = 0; j < each; j++) {
                client.register(Instance.of("orders", "http://10.0." + i + "." + j + ":80"));
            }
        }
    }

    /** The names of 80 % of the fleet. */
    private static Set<String> mostOf(int clients, Random random) {
        Set<String> names = new HashSet<>();
        while (names.size() < clients * 8 / 10) {
            names.add("provider-" + random.nextInt(clients));
        }
        return names;
    }
}
