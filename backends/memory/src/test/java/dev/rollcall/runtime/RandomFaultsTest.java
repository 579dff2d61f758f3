package dev.rollcall.runtime;

import static dev.rollcall.tck.Testbed.unawaited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.memory.StoreEntry;
import dev.rollcall.memory.StoreEvent;
import dev.rollcall.memory.StoreEvent.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Random clients under random faults: whatever happens, no history shows what the guarantees G1 to G7 exclude, and once the faults end all
 * is well again. In the spirit of etcd's robustness tests.
 */
class RandomFaultsTest {
    private static final List<String> SERVICES = List.of("orders", "users");
    private static final List<String> CLIENTS = List.of("a", "b", "c");

    @Test
    void guarantees1To7HoldUnderRandomFaults() {
        Seeds.forEach(400, seed -> new Schedule(seed).run());
    }

    /** One run. */
    private static final class Schedule {
        private final Simulation simulation;
        private final Map<String, Rollcall> clients = new HashMap<>();
        private final List<Owned> open = new ArrayList<>();
        private final List<Owned> left = new ArrayList<>();
        private final List<StoreEvent> removedThoughOpen = new ArrayList<>();
        private int registrations;
        private int crashes;

        /** A registration, which its version tells from all others, and when its removal was confirmed. */
        private static final class Owned {
            final Registration registration;
            long goneSinceEvent = Long.MAX_VALUE;

            Owned(Registration registration) {
                this.registration = registration;
            }

            Instance instance() {
                return registration.instance();
            }

            boolean wrote(StoreEntry entry) {
                return entry.instance()
                        .filter(written -> written.version().equals(instance().version()))
                        .isPresent();
            }
        }

        Schedule(long seed) {
            simulation = new Simulation(seed);
            CLIENTS.forEach(name -> clients.put(name, simulation.client(name)));
            simulation.store.observe(event -> {
                if (event.kind() == Kind.REMOVED && open.stream().anyMatch(owned -> owned.wrote(event.entry()))) {
                    removedThoughOpen.add(event);
                }
            });
        }

        void run() {
            clients.values().forEach(client -> simulation.watch(client, pick(SERVICES)));
            int steps = 20 + random(60);
            for (int step = 0; step < steps; step++) {
                if (random(3) == 0) {
                    simulation.loop.preemptNext(Duration.ofMillis(random(3_000)));
                }
                act();
                simulation.loop.preemptNext(Duration.ZERO);
                simulation.advance(pause());
            }
            calm();
            simulation.advance(Duration.ofMinutes(3));
            checkEnd();
            open.clear(); // closing the clients removes them
            simulation.close();
            simulation.advance(Simulation.TTL.multipliedBy(2));
            assertThat(simulation.store.entries()).isEmpty();
            checkHistory();
        }

        private void act() {
            switch (random(20)) {
                case 0, 1, 2, 3 -> register();
                case 4, 5, 6 -> update();
                case 7, 8 -> leave(false);
                case 9 -> leave(true);
                case 10, 11 -> simulation.breakLink(pick(CLIENTS));
                case 12, 13 -> simulation.link(pick(CLIENTS)).heal();
                case 14 -> breakStore();
                case 15 -> simulation.store.endLeases(Set.of(pick(CLIENTS)));
                case 16 -> simulation.store.compact();
                case 17 -> meddle();
                case 18 -> simulation.watch(clients.get(pick(CLIENTS)), pick(SERVICES));
                default -> crash();
            }
        }

        private void register() {
            String service = pick(SERVICES);
            String id = "id-" + random(8);
            if (open.stream()
                    .anyMatch(owned -> owned.instance().service().equals(service)
                            && owned.instance().id().equals(id))) {
                return;
            }
            Instance instance = Instance.of(service, "http://10.0.0.1:80")
                    .withId(id)
                    .withVersion("registration " + ++registrations);
            open.add(new Owned(clients.get(pick(CLIENTS)).register(instance)));
        }

        private void update() {
            if (!open.isEmpty()) {
                unawaited(pick(open).registration.update(instance -> instance.withWeight(random(1_000))));
            }
        }

        private void leave(boolean drain) {
            if (open.isEmpty()) {
                return;
            }
            Owned owned = open.remove(random(open.size()));
            left.add(owned);
            CompletableFuture<Void> gone = drain
                    ? owned.registration.drain(Duration.ofMillis(random(20_000)))
                    : owned.registration.closeAsync();
            unawaited(gone.thenRun(
                    () -> owned.goneSinceEvent = simulation.history.events().size()));
        }

        private void breakStore() {
            switch (random(5)) {
                case 0 -> simulation.store.kill();
                case 1 -> simulation.wipe();
                case 2 -> simulation.store.refuse(pick(SERVICES), StoreException.Kind.DENIED);
                default -> simulation.store.restart();
            }
        }

        /** Does to an entry what its owner does not expect. */
        private void meddle() {
            List<StoreEntry> entries = simulation.store.entries();
            if (entries.isEmpty()) {
                return;
            }
            StoreEntry entry = pick(entries);
            switch (random(3)) {
                case 0 -> simulation.store.delete(entry.service(), entry.id());
                case 1 -> simulation.store.putGarbage(entry.service(), entry.id());
                default ->
                    simulation.store.putByAnother(Instance.of(entry.service(), "http://10.9.9.9:99")
                            .withId(entry.id())
                            .withVersion("foreign"));
            }
        }

        /** A client's process ends without a word, and a new one starts. */
        private void crash() {
            String client = pick(CLIENTS);
            String crashed = client + "-crashed-" + ++crashes;
            Rollcall dying = simulation.client(crashed);
            dying.register(Instance.of(pick(SERVICES), "http://10.0.0.2:80")
                    .withId("id-" + random(8))
                    .withVersion("crashed"));
            simulation.advance(pause());
            simulation.link(crashed).cut();
            unawaited(dying.closeAsync());
        }

        private void calm() {
            simulation.store.restart();
            for (String client : CLIENTS) {
                simulation.link(client).heal();
                simulation.link(client).delay(Duration.ZERO, Duration.ZERO);
            }
            SERVICES.forEach(simulation.store::admit);
            for (StoreEntry entry : simulation.store.entries()) {
                if (entry.writer().isEmpty()) {
                    simulation.store.delete(entry.service(), entry.id());
                }
            }
        }

        private void checkEnd() {
            for (Owned owned : open) {
                assertThat(owned.registration.state().phase())
                        .as("G6: %s", owned.registration.state())
                        .isEqualTo(Phase.REGISTERED);
                assertThat(simulation.store.find(
                                owned.instance().service(), owned.instance().id()))
                        .as("G6: present with its latest data")
                        .hasValueSatisfying(
                                entry -> assertThat(entry.instance()).contains(owned.instance()));
            }
            assertThat(simulation.store.entries()).as("G7: nothing else").hasSize(open.size());
            assertThat(left).allMatch(owned -> owned.registration.state().phase() == Phase.CLOSED);
            for (ViewHistory watched : simulation.views()) {
                assertThat(watched.view().reading()).isInstanceOf(Reading.Fresh.class);
                List<Instance> stored = simulation.store.entries(watched.view().service()).stream()
                        .map(entry -> entry.instance().orElseThrow())
                        .toList();
                assertThat(watched.view().instances()).as("G1").isEqualTo(stored);
                assertThat(watched.changes().instances()).as("G1, by changes").isEqualTo(stored);
            }
        }

        private void checkHistory() {
            simulation.checkViews();
            assertThat(removedThoughOpen)
                    .as("G6: only what is closed is removed")
                    .isEmpty();
            List<StoreEvent> events = simulation.history.events();
            for (Owned owned : left) {
                assertThat(events.subList((int) Math.min(events.size(), owned.goneSinceEvent), events.size()))
                        .as("G7: nothing puts back what is closed")
                        .noneMatch(event -> event.kind() == Kind.PUT && owned.wrote(event.entry()));
            }
        }

        private Duration pause() {
            return switch (random(5)) {
                case 0 -> Duration.ZERO;
                case 1 -> Duration.ofMillis(random(10));
                case 2, 3 -> Duration.ofMillis(random(2_000));
                default -> Duration.ofMillis(random(30_000));
            };
        }

        private int random(int bound) {
            return simulation.random.nextInt(bound);
        }

        private <T> T pick(List<T> all) {
            return all.get(random(all.size()));
        }
    }
}
