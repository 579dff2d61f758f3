package dev.rollcall.runtime;

import static dev.rollcall.tck.Testbed.unawaited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.memory.ClientLink;
import dev.rollcall.memory.StoreEvent;
import dev.rollcall.memory.StoreEvent.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A registration that is closed while its client loses and finds the store again must not come back, whatever the timing. */
class CloseDuringReconnectTest {
    private static final int TIMINGS = 1_000;

    @Test
    void deregistrationThatRacesARegistrationLeavesNoZombie() {
        Seeds.forEach(TIMINGS, seed -> {
            Simulation simulation = new Simulation(seed);
            Random random = simulation.random;
            ClientLink link = simulation.link("provider");
            link.delay(Duration.ofMillis(random.nextInt(5)), Duration.ofMillis(5 + random.nextInt(200)));
            Rollcall client = simulation.client("provider");
            Registration stays = client.register(instance("stays"));
            Registration closing = client.register(instance("closing"));
            simulation.advance(Duration.ofMillis(random.nextInt(2_000)));

            Duration outage = Duration.ofMillis(random.nextInt(40_000));
            simulation.time.schedule(Duration.ZERO, () -> breakLink(link, random));
            simulation.time.schedule(outage, link::heal);
            simulation.time.schedule(
                    Duration.ofMillis(random.nextInt(40_000)),
                    () -> unawaited(stays.update(instance -> instance.withWeight(2))));
            simulation.time.schedule(Duration.ofMillis(random.nextInt(40_000)), () -> tryToUpdate(closing));
            long closedAfter = random.nextInt(2) == 0
                    ? random.nextInt(45_000)
                    : Math.max(0, outage.toMillis() + random.nextInt(1_000) - 500);
            Confirmation confirmation = new Confirmation();
            simulation.time.schedule(
                    Duration.ofMillis(closedAfter), () -> confirmation.of(closing.closeAsync(), simulation.history));
            simulation.advance(Duration.ofMinutes(3));

            assertThat(simulation.store.ids("orders")).containsExactly("stays");
            assertThat(simulation.store.find("orders", "stays").orElseThrow().instance())
                    .contains(stays.instance());
            assertThat(closing.state().phase()).isEqualTo(Phase.CLOSED);
            assertThat(confirmation.eventsAfterwards(simulation.history))
                    .noneMatch(event ->
                            event.kind() == Kind.PUT && event.entry().id().equals("closing"));
            simulation.close();
            assertThat(simulation.store.entries()).isEmpty();
        });
    }

    @Test
    void closingAClientThatReconnectsLeavesNothing() {
        Seeds.forEach(TIMINGS, seed -> {
            Simulation simulation = new Simulation(seed);
            Random random = simulation.random;
            ClientLink link = simulation.link("provider");
            link.delay(Duration.ZERO, Duration.ofMillis(1 + random.nextInt(100)));
            Rollcall client = simulation.client("provider");
            client.register(instance("one"));
            client.register(instance("two"));
            simulation.advance(Duration.ofMillis(random.nextInt(1_000)));

            breakLink(link, random);
            simulation.advance(Duration.ofMillis(random.nextInt(20_000)));
            simulation.time.schedule(Duration.ofMillis(random.nextInt(1_000)), link::heal);
            simulation.advance(Duration.ofMillis(random.nextInt(1_000)));
            simulation.close();
            simulation.advance(Simulation.TTL.multipliedBy(2));

            assertThat(simulation.store.entries()).isEmpty();
        });
    }

    /** The first put was followed by one of the leaving instance before the loop heard that it leaves, and no removal came. */
    @Test
    void closeWhoseCallerIsPreemptedWhileThePutGoesOnLeavesNoZombie() {
        leavesNoZombie(Registration::closeAsync);
    }

    @Test
    void drainWhoseCallerIsPreemptedWhileThePutGoesOnLeavesNoZombie() {
        leavesNoZombie(registration -> registration.drain(Duration.ZERO));
    }

    private static void leavesNoZombie(Function<Registration, CompletableFuture<Void>> leave) {
        Simulation simulation = new Simulation(1);
        Rollcall client = simulation.client("provider");
        Registration registration = client.register(instance("one"));

        simulation.loop.preemptNext(Duration.ofSeconds(1));
        CompletableFuture<Void> left = leave.apply(registration);
        simulation.advance(Duration.ofSeconds(1));

        assertThat(simulation.store.entries()).isEmpty();
        assertThat(left).isCompleted();
        assertThat(registration.state().phase()).isEqualTo(Phase.CLOSED);
    }

    /** A registration that was closed before it began made the one after it forget the removal that both had to wait for. */
    @Test
    void registeredTwiceWhileTheFirstIsStillBeingRemovedIsNotRemovedWithIt() {
        Seeds.forEach(50, seed -> {
            Simulation simulation = new Simulation(seed);
            Rollcall client = simulation.client("provider");
            Registration first = client.register(instance("one"));
            simulation.advance(Duration.ofSeconds(1));
            simulation.link("provider").cut();
            simulation.advance(Duration.ofSeconds(1));

            unawaited(first.closeAsync());
            simulation.advance(Duration.ofMillis(1));
            unawaited(client.register(instance("one")).closeAsync());
            simulation.advance(Duration.ofMillis(1));
            Registration last = client.register(instance("one").withVersion("last"));
            simulation.advance(Duration.ofMillis(simulation.random.nextInt(20_000)));
            simulation.link("provider").heal();
            simulation.advance(Duration.ofSeconds(20));

            assertThat(last.state().phase()).isEqualTo(Phase.REGISTERED);
            assertThat(simulation.history.events())
                    .noneMatch(event -> event.kind() == Kind.REMOVED
                            && event.entry()
                                    .instance()
                                    .filter(last.instance()::equals)
                                    .isPresent());
        });
    }

    private static Instance instance(String id) {
        return Instance.of("orders", "http://10.0.0.1:80").withId(id);
    }

    private static void breakLink(ClientLink link, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> link.freeze();
            case 1 -> link.loseReplies();
            case 2 -> link.reset();
            default -> link.cut();
        }
    }

    private static void tryToUpdate(Registration registration) {
        Phase phase = registration.state().phase();
        if (phase != Phase.CLOSED && phase != Phase.DRAINING) {
            try {
                unawaited(registration.update(instance -> instance.withWeight(3)));
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("closed");
            }
        }
    }

    /** When a removal was confirmed, in terms of the store's events. */
    private static final class Confirmation {
        private int events = Integer.MAX_VALUE;

        void of(CompletableFuture<Void> closed, StoreHistory history) {
            unawaited(closed.thenRun(() -> events = history.events().size()));
        }

        List<StoreEvent> eventsAfterwards(StoreHistory history) {
            assertThat(events).as("the removal was confirmed").isLessThan(Integer.MAX_VALUE);
            return history.events().subList(events, history.events().size());
        }
    }
}
