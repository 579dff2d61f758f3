package dev.rollcall.runtime;

import static dev.rollcall.tck.Testbed.unawaited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is held, what passes, and for how long: with the defaults, at least 3 and at least half within 10 s, held for 30 s. */
class LossProtectionTest {
    private static final Duration HOLD = LossProtection.defaults().holdFor();
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(1);
    private final Rollcall consumer = simulation.client("consumer");

    @Test
    void whatLeavesOnPurposePassesAndWhatVanishesIsHeld() {
        List<Registration> leaving = register("leaving", 10);
        register("vanishing", 10);
        ViewHistory left = watch("leaving", 10);
        ViewHistory vanished = watch("vanishing", 10);

        leaving.forEach(registration -> unawaited(registration.closeAsync()));
        simulation.store.entries("vanishing").forEach(entry -> stop("vanishing", entry.id()));
        simulation.advance(SOON);
        simulation.store.endLeases();
        simulation.advance(SOON);

        assertThat(left.view().instances()).isEmpty();
        assertThat(simulation.store.ids("vanishing")).isEmpty();
        assertThat(vanished.view().instances()).hasSize(10);
        assertThat(held(vanished)).hasSize(10);
    }

    @Test
    void theHoldEndsWithItsAge() {
        register("orders", 10);
        ViewHistory orders = watch("orders", 10);
        crash("orders", 10);

        simulation.advance(Simulation.TTL);
        simulation.until("held", () -> held(orders).size() == 10, Simulation.TTL);
        simulation.advance(HOLD.minusMillis(1));
        assertThat(orders.view().instances()).hasSize(10);

        simulation.advance(SOON);
        assertThat(orders.view().instances()).isEmpty();
        assertThat(held(orders)).isEmpty();
    }

    @Test
    void heldInstancesThatReturnAreOrdinaryAgainAndNothingFlaps() {
        register("orders", 10);
        ViewHistory orders = watch("orders", 10);

        simulation.store.endLeases();
        simulation.advance(HOLD.multipliedBy(2));

        assertThat(orders.view().instances()).hasSize(10);
        assertThat(held(orders)).isEmpty();
        assertThat(orders.changes().removedIds()).isEmpty();
    }

    @Test
    void aSingleCrashIsNeverDelayed() {
        register("orders", 10);
        ViewHistory orders = watch("orders", 10);
        for (int crashed = 0; crashed < 3; crashed++) {
            stop("orders", "orders-" + crashed);
            int left = 9 - crashed;
            simulation.until(
                    "seen to be gone", () -> orders.view().instances().size() == left, Simulation.TTL.plus(SOON));
            assertThat(held(orders)).isEmpty();
        }
    }

    @Test
    void theOnlyTwoInstancesOfAServiceAreLetGo() {
        register("orders", 2);
        ViewHistory orders = watch("orders", 2);

        crash("orders", 2);
        simulation.advance(Simulation.TTL.plus(SOON));

        assertThat(orders.view().instances()).isEmpty();
    }

    @Test
    void fewOfManyAreLetGo() {
        register("orders", 20);
        ViewHistory orders = watch("orders", 20);

        crash("orders", 9);
        simulation.advance(Simulation.TTL.plus(SOON));

        assertThat(orders.view().instances()).hasSize(11);
        assertThat(held(orders)).isEmpty();
    }

    @Test
    void ofManyThatVanishOneAfterTheOtherTheLaterOnesAreHeld() {
        register("orders", 10);
        ViewHistory orders = watch("orders", 10);

        for (int i = 0; i < 10; i++) {
            simulation.store.endLeases(Set.of("orders-" + i));
            simulation.link("orders-" + i).cut();
            simulation.advance(Duration.ofMillis(500));
        }

        assertThat(orders.view().instances()).hasSize(6);
        assertThat(held(orders))
                .containsExactlyInAnyOrderElementsOf(
                        orders.view().instances().stream().map(Instance::id).toList());
        simulation.advance(HOLD);
        assertThat(orders.view().instances()).isEmpty();
    }

    @Test
    void ofManyThatVanishSlowlyEachIsLetGo() {
        register("orders", 10);
        ViewHistory orders = watch("orders", 10);

        for (int i = 0; i < 10; i++) {
            simulation.store.endLeases(Set.of("orders-" + i));
            simulation.link("orders-" + i).cut();
            simulation.advance(Duration.ofSeconds(6));
            assertThat(orders.view().instances()).hasSize(9 - i);
        }
    }

    @Test
    void eachServiceIsJudgedAlone() {
        register("orders", 10);
        register("users", 10);
        ViewHistory orders = watch("orders", 10);
        ViewHistory users = watch("users", 10);

        crash("orders", 10);
        crash("users", 1);
        simulation.advance(Simulation.TTL.plus(SOON));

        assertThat(held(orders)).hasSize(10);
        assertThat(users.view().instances()).hasSize(9);
        assertThat(held(users)).isEmpty();
    }

    @Test
    void aScaleInOfHalfConvergesAtOnce() {
        List<Registration> registrations = register("orders", 10);
        ViewHistory orders = watch("orders", 10);

        registrations.subList(0, 5).forEach(registration -> unawaited(registration.closeAsync()));
        simulation.advance(SOON);

        assertThat(orders.view().instances()).hasSize(5);
        assertThat(held(orders)).isEmpty();
    }

    @Test
    void whatIsTakenOutOfServiceFirstLeavesOnPurpose() {
        List<Registration> registrations = register("orders", 10);
        ViewHistory orders = watch("orders", 10);

        registrations.forEach(
                registration -> unawaited(registration.update(instance -> instance.withStatus(Status.OUT_OF_SERVICE))));
        simulation.advance(SOON);
        crash("orders", 10);
        simulation.advance(Simulation.TTL.plus(SOON));

        assertThat(orders.view().instances()).isEmpty();
    }

    @Test
    void aLossDuringADisconnectIsHeldAsWell() {
        register("orders", 10);
        ViewHistory orders = watch("orders", 10);

        simulation.link("consumer").cut();
        simulation.store.compact();
        crash("orders", 10);
        simulation.advance(Simulation.TTL.plus(SOON));
        simulation.link("consumer").heal();
        simulation.advance(Duration.ofSeconds(10));

        assertThat(orders.view().instances()).hasSize(10);
        assertThat(held(orders)).hasSize(10);
    }

    @Test
    void switchedOffNothingIsHeld() {
        register("orders", 10);
        ViewHistory orders = simulation.watch(
                simulation.client("unprotected", options -> options.lossProtection(LossProtection.off())), "orders");
        simulation.until("all seen", () -> orders.view().instances().size() == 10, SOON);

        crash("orders", 10);
        simulation.advance(Simulation.TTL.plus(SOON));

        assertThat(orders.view().instances()).isEmpty();
    }

    /** Each with a client of its own. */
    private List<Registration> register(String service, int count) {
        List<Registration> registrations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = service + "-" + i;
            registrations.add(simulation
                    .client(id)
                    .register(
                            Instance.of(service, "http://10.0.0.1:" + (80 + i)).withId(id)));
        }
        return registrations;
    }

    private ViewHistory watch(String service, int count) {
        ViewHistory view = simulation.watch(consumer, service);
        simulation.until("all seen", () -> view.view().instances().size() == count, Duration.ofSeconds(5));
        return view;
    }

    private void crash(String service, int count) {
        for (int i = 0; i < count; i++) {
            stop(service, service + "-" + i);
        }
    }

    /** The process of one instance ends without a word. */
    private void stop(String service, String id) {
        assertThat(simulation.store.ids(service)).contains(id);
        simulation.link(id).cut();
    }

    private static Set<String> held(ViewHistory view) {
        return view.view().reading().value().orElseThrow().held();
    }
}
