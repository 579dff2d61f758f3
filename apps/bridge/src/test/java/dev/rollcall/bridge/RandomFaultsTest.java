package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.memory.MemoryStore;
import dev.rollcall.memory.StoreEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random services, faults and changes of leader at both ends. Once the faults are over, both stores hold what is registered in either, and
 * nothing that is registered in both was touched.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen in the stores
class RandomFaultsTest {
    private static final int SCENARIOS = Integer.getInteger("rollcall.seeds", 250);
    private static final long FIRST = Long.getLong("rollcall.seed", 1);
    private static final int STEPS = 40;

    @Test
    void bothStoresComeToHoldWhatIsRegisteredInEither() {
        for (long seed = FIRST; seed < FIRST + SCENARIOS; seed++) {
            try {
                new Scenario(seed).run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "seed " + seed + " (again with -Drollcall.seed=" + seed + " -Drollcall.seeds=1): "
                                + e.getMessage(),
                        e);
            }
        }
    }

    private final class Scenario {
        private final Simulation simulation;
        private final Random random;
        private final TestElection forwards = new TestElection();
        private final List<Native> natives = new ArrayList<>();
        private final List<MemoryStore> stores;
        private final List<Rollcall> providers;
        private final List<Bridge> bridges;

        private record Native(int store, Registration registration) {
            String key() {
                Instance instance = registration.instance();
                return instance.service() + "/" + instance.id();
            }
        }

        Scenario(long seed) {
            simulation = new Simulation(seed);
            random = simulation.random;
            stores = List.of(simulation.source, simulation.target);
            providers = List.of(
                    simulation.client(simulation.source, "provider-0"),
                    simulation.client(simulation.target, "provider-1"));
            bridges = List.of(
                    simulation.bridge(options(), forwards.candidate(), "first"),
                    simulation.bridge(options(), forwards.candidate(), "second"),
                    simulation.bridge(
                            Simulation.backwards().lossProtection(LossProtection.off()),
                            simulation.target,
                            simulation.source,
                            Leadership.sole(),
                            "back"));
        }

        private BridgeOptions.Builder options() {
            return Simulation.options().lossProtection(LossProtection.off());
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step();
                simulation.time.advance(Duration.ofMillis(random.nextInt(random.nextInt(10) == 0 ? 15_000 : 300)));
            }
            stores.forEach(MemoryStore::restart);
            for (String link : List.of("first-source", "first-target", "second-source", "second-target")) {
                stores.forEach(store -> store.link(link).heal());
            }
            simulation.time.advance(Duration.ofMinutes(2));
            assertThat(natives)
                    .as("none is displaced by a mirror, not even by one that was written in the same moment")
                    .allMatch(one -> one.registration().state().phase() == Phase.REGISTERED);
            for (int store = 0; store < 2; store++) {
                check(store);
            }
            bridges.forEach(bridge -> assertThat(bridge.state().caughtUp())
                    .as("%s", bridge.state())
                    .isTrue());
        }

        private void step() {
            int store = random.nextInt(2);
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> register(store);
                case 4 ->
                    pick(natives).ifPresent(one -> {
                        natives.remove(one);
                        one.registration().closeAsync();
                    });
                case 5 ->
                    pick(natives)
                            .ifPresent(one -> one.registration().update(now -> now.withWeight(random.nextInt(100))));
                case 6 -> forwards.depose();
                case 7 -> stores.get(store).restart();
                case 8 -> stores.get(store).kill();
                case 9 -> stores.get(store).endLeases();
                case 10 ->
                    stores.get(store)
                            .link("first-" + (store == 0 ? "source" : "target"))
                            .cut();
                default ->
                    List.of("first", "second")
                            .forEach(bridge -> stores.get(store)
                                    .link(bridge + "-" + (store == 0 ? "source" : "target"))
                                    .heal());
            }
        }

        private void register(int store) {
            Instance instance = Instance.of(
                            "service-" + random.nextInt(3), "http://10.0.0." + random.nextInt(6) + ":80")
                    .withMetadata("native", Integer.toString(store));
            String key = instance.service() + "/" + instance.id();
            if (natives.stream()
                    .noneMatch(one -> one.store() == store && one.key().equals(key))) {
                natives.add(new Native(store, providers.get(store).register(instance)));
            }
        }

        private Optional<Native> pick(List<Native> from) {
            return from.isEmpty() ? Optional.empty() : Optional.of(from.get(random.nextInt(from.size())));
        }

        private void check(int store) {
            Map<String, Instance> expected = new TreeMap<>();
            natives.stream()
                    .filter(one -> one.store() != store)
                    .forEach(one -> expected.put(one.key(), one.registration().instance()));
            natives.stream()
                    .filter(one -> one.store() == store)
                    .forEach(one -> expected.put(one.key(), one.registration().instance()));
            assertThat(Simulation.content(stores.get(store)))
                    .as("store %s", store)
                    .isEqualTo(expected);
            Set<String> ours = natives.stream()
                    .filter(one -> one.store() == store)
                    .map(Native::key)
                    .collect(Collectors.toSet());
            Collection<StoreEntry> entries = stores.get(store).entries();
            for (StoreEntry entry : entries) {
                assertThat(MirrorMark.isMirror(entry.instance().orElseThrow()))
                        .as("%s in store %s is a mirror", entry.key(), store)
                        .isEqualTo(!ours.contains(entry.key()));
            }
        }
    }
}
