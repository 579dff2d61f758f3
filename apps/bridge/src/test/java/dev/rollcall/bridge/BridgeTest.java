package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.memory.StoreEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen in the stores
class BridgeTest {
    private static final Duration SOON = Duration.ofSeconds(2);

    private final Simulation simulation = new Simulation(1);
    private final Rollcall provider = simulation.client(simulation.source, "provider");

    @Test
    void whatComesChangesDrainsAndLeavesOnTheSourceDoesSoOnTheTarget() {
        Registration first =
                provider.register(Simulation.orders(80).withWeight(3).withMetadata("a", "b"));
        Bridge bridge = simulation.bridge();
        simulation.untilCaughtUp(bridge);

        assertSame();
        assertThat(mirror("orders", "10.0.0.1:80").metadata())
                .containsEntry("rollcall.origin", "memory:a")
                .containsEntry("rollcall.bridge", bridge.options().name());

        provider.register(Simulation.orders(81));
        provider.register(Instance.of("users", "http://10.0.0.2:80"));
        first.update(now -> now.withWeight(7));
        simulation.until("followed", () -> simulation.target.entries().size() == 3, SOON);
        simulation.until("updated", () -> mirror("orders", "10.0.0.1:80").weight() == 7, SOON);
        assertSame();

        first.drain(Duration.ofSeconds(30));
        simulation.until("drains", () -> mirror("orders", "10.0.0.1:80").status() == Status.DRAINING, SOON);
        simulation.time.advance(Duration.ofSeconds(31));
        assertThat(simulation.target.ids("orders")).containsExactly("10.0.0.1:81");
        assertSame();
        assertThat(bridge.state().mirrored()).isEqualTo(2);
        assertThat(bridge.state().lag().changes()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void anOutageOfTheSourceKeepsTheMirrorsAndSaysSo() {
        IntStream.range(80, 90).forEach(port -> provider.register(Simulation.orders(port)));
        Bridge bridge = simulation.bridge();
        simulation.untilCaughtUp(bridge);

        simulation.source.kill();
        simulation.time.advance(Duration.ofHours(1));

        assertThat(simulation.target.entries("orders")).hasSize(10);
        assertThat(bridge.state().source().fresh()).isFalse();
        assertThat(bridge.state().source().cause()).isNotNull();
        assertThat(bridge.state().mirrored()).isEqualTo(10);

        simulation.source.restart();
        simulation.time.advance(Duration.ofSeconds(20));
        assertThat(bridge.state().source().fresh()).isTrue();
        assertSame();
    }

    @Test
    void aSourceThatIsAwayFromTheStartTakesNothingFromTheTarget() {
        provider.register(Simulation.orders(80));
        simulation.untilCaughtUp(simulation.bridge());
        simulation.source.kill();

        Bridge late = simulation.bridge(Simulation.options(), Leadership.sole(), "late");
        simulation.time.advance(Duration.ofMinutes(5));

        assertThat(simulation.target.entries("orders")).hasSize(1);
        assertThat(late.state().caughtUp()).isFalse();
        assertThat(late.state().source().cause()).isNotNull();
    }

    @Test
    void aSourceThatComesBackEmptyIsBelievedOnlyAfterAWhile() {
        IntStream.range(80, 90).forEach(port -> provider.register(Simulation.orders(port)));
        Bridge bridge = simulation.bridge();
        simulation.untilCaughtUp(bridge);
        simulation.source.link("provider").freeze();

        simulation.source.wipe();
        simulation.time.advance(Duration.ofSeconds(15));
        assertThat(simulation.target.entries("orders")).hasSize(10);
        assertThat(bridge.state().source().held()).isEqualTo(10);

        simulation.time.advance(Duration.ofSeconds(40));
        assertThat(simulation.target.entries("orders")).isEmpty();
    }

    @Test
    void anOutageOfTheTargetIsMadeUpFor() {
        provider.register(Simulation.orders(80));
        Registration leaving = provider.register(Simulation.orders(81));
        Bridge bridge = simulation.bridge();
        simulation.untilCaughtUp(bridge);

        simulation.target.kill();
        simulation.time.advance(Duration.ofSeconds(30));
        leaving.closeAsync();
        provider.register(Simulation.orders(82));
        simulation.time.advance(Duration.ofMinutes(1));
        assertThat(bridge.state().target().fresh()).isFalse();

        simulation.target.restart();
        simulation.time.advance(Duration.ofSeconds(30));
        assertSame();
        assertThat(bridge.state().caughtUp()).isTrue();
    }

    @Test
    void oneThatIsRegisteredOnTheTargetItselfStaysAndTheMirrorComesWhenItLeaves() {
        Rollcall newcomers = simulation.client(simulation.target, "newcomers");
        Registration there = newcomers.register(Simulation.orders(80).withMetadata("native", "yes"));
        simulation.time.advance(SOON);
        provider.register(Simulation.orders(80));
        Bridge bridge = simulation.bridge();
        simulation.untilCaughtUp(bridge);

        assertThat(mirror("orders", "10.0.0.1:80").metadata()).containsOnlyKeys("native");
        assertThat(bridge.state().yielded()).isEqualTo(1);
        assertThat(bridge.state().problems())
                .singleElement()
                .asString()
                .contains("orders/10.0.0.1:80", "registered there itself");

        there.closeAsync();
        simulation.until("mirrored", () -> bridge.state().mirrored() == 1, SOON);
        assertThat(mirror("orders", "10.0.0.1:80").metadata()).containsKey("rollcall.origin");
        assertThat(bridge.state().problems()).isEmpty();
    }

    @Test
    void aMirrorGivesWayToOneThatComesToTheTargetLater() {
        provider.register(Simulation.orders(80));
        Bridge bridge = simulation.bridge();
        simulation.untilCaughtUp(bridge);
        List<String> events = new ArrayList<>();
        simulation.target.observe(event ->
                events.add(event.kind() + " by " + event.entry().writer().replaceAll("#.*", "")));

        Rollcall newcomers = simulation.client(simulation.target, "newcomers");
        Registration there = newcomers.register(Simulation.orders(80).withMetadata("native", "yes"));
        simulation.until("given way", () -> bridge.state().yielded() == 1, SOON);
        simulation.time.advance(Duration.ofMinutes(10));

        assertThat(mirror("orders", "10.0.0.1:80").metadata()).containsOnlyKeys("native");
        assertThat(there.state().phase()).isEqualTo(Phase.REGISTERED);
        assertThat(events).containsExactly("PUT by newcomers");
    }

    @Test
    void bothDirectionsAtOnceDontGoRound() {
        Bridge there = simulation.bridge();
        Bridge back = simulation.bridge(
                Simulation.backwards(), simulation.target, simulation.source, Leadership.sole(), "back");
        Rollcall newcomers = simulation.client(simulation.target, "newcomers");
        List<Registration> registrations = new ArrayList<>();
        for (int round = 0; round < 50; round++) {
            registrations.add(provider.register(Simulation.orders(100 + round)));
            registrations.add(newcomers.register(Simulation.orders(300 + round)));
            if (round % 3 == 0) {
                registrations
                        .remove(simulation.random.nextInt(registrations.size()))
                        .closeAsync();
            }
            simulation.time.advance(Duration.ofMillis(simulation.random.nextInt(50)));
        }
        simulation.time.advance(Duration.ofSeconds(30));

        assertThat(Simulation.content(simulation.source)).hasSameSizeAs(registrations);
        assertSame();
        assertThat(there.state().ignored() + there.state().mirrored()).isEqualTo(registrations.size());
        assertThat(back.state().mirrored()).isEqualTo(there.state().ignored());

        registrations.forEach(Registration::closeAsync);
        simulation.time.advance(Duration.ofSeconds(60));
        assertThat(simulation.source.entries()).isEmpty();
        assertThat(simulation.target.entries()).isEmpty();
    }

    @Test
    void renamesSelectAndGather() {
        provider.register(Instance.of("legacy-orders", "http://10.0.0.1:80"));
        provider.register(Instance.of("legacy-users", "http://10.0.0.1:81"));
        provider.register(Instance.of("team-a", "http://10.0.0.1:82"));
        provider.register(Instance.of("team-b", "http://10.0.0.1:82").withWeight(9));
        provider.register(Instance.of("team-b", "http://10.0.0.1:83"));
        provider.register(Instance.of("secret", "http://10.0.0.1:84"));
        Bridge bridge = simulation.bridge(
                Simulation.options()
                        .services(List.of("legacy-*", "team-*"))
                        .rename("legacy-users=people")
                        .rename("legacy-*=*")
                        .rename("team-*=all"),
                Leadership.sole(),
                "bridge");
        simulation.untilCaughtUp(bridge);

        assertThat(Simulation.content(simulation.target))
                .containsOnlyKeys("orders/10.0.0.1:80", "people/10.0.0.1:81", "all/10.0.0.1:82", "all/10.0.0.1:83");
        assertThat(mirror("all", "10.0.0.1:82").weight()).as("that of team-a").isEqualTo(1);
        assertThat(bridge.state().shadowed()).isEqualTo(1);
        assertThat(bridge.state().problems())
                .singleElement()
                .asString()
                .contains("all/10.0.0.1:82", "team-a and team-b", "that of team-a is mirrored");
    }

    @Test
    void whatTheTargetRefusesIsSaidAndTriedAgain() {
        simulation.target.refuse("orders", StoreException.Kind.DENIED);
        provider.register(Simulation.orders(80));
        provider.register(Instance.of("users", "http://10.0.0.1:81"));
        Bridge bridge = simulation.bridge();
        simulation.untilCaughtUp(bridge);

        assertThat(bridge.state().failed()).isEqualTo(1);
        assertThat(bridge.state().problems()).singleElement().asString().startsWith("orders/10.0.0.1:80: ");
        assertThat(simulation.target.ids("users")).hasSize(1);

        simulation.target.admit("orders");
        simulation.until("tried again", () -> bridge.state().mirrored() == 2, Duration.ofSeconds(30));
        assertThat(bridge.state().problems()).isEmpty();
    }

    @Test
    void anInstanceWithoutRoomForTheMarkIsSaidNotMirrored() {
        Map<String, String> full = new HashMap<>();
        IntStream.range(0, 64).forEach(i -> full.put("k" + i, "v"));
        provider.register(Simulation.orders(80).withMetadata(full));
        provider.register(Simulation.orders(81));
        Bridge bridge = simulation.bridge();
        simulation.untilCaughtUp(bridge);

        assertThat(simulation.target.ids("orders")).containsExactly("10.0.0.1:81");
        assertThat(bridge.state().problems()).singleElement().asString().contains("orders/10.0.0.1:80", "66 entries");
    }

    @Test
    void aServiceThatIsGoneIsNoLongerFollowed() {
        Bridge bridge = simulation.bridge();
        simulation.untilCaughtUp(bridge);
        for (int round = 0; round < 100; round++) {
            Registration one = provider.register(Instance.of("service-" + round, "http://10.0.0.1:80"));
            simulation.until("seen", () -> bridge.state().mirrored() == 1, SOON);
            one.closeAsync();
            simulation.until("gone", () -> simulation.target.entries().isEmpty(), SOON);
        }
        simulation.time.advance(SOON);

        assertThat(bridge.state().source().services()).isZero();
        assertThat(bridge.state().target().services()).isZero();
    }

    @Test
    void closingTakesTheMirrorsAwayAndLeavesNothingRunning() {
        provider.register(Simulation.orders(80));
        Bridge bridge = simulation.bridge();
        simulation.untilCaughtUp(bridge);

        bridge.closeAsync();
        simulation.time.advance(SOON);
        assertThat(simulation.target.entries()).isEmpty();
        assertThat(bridge.state().role()).isEqualTo(BridgeState.Role.CLOSED);

        provider.closeAsync();
        simulation.time.advance(Duration.ofMinutes(1));
        assertThat(simulation.time.pending()).isZero();
    }

    private Instance mirror(String service, String id) {
        return simulation.target.find(service, id).flatMap(StoreEntry::instance).orElseThrow();
    }

    private void assertSame() {
        assertThat(Simulation.content(simulation.target)).isEqualTo(Simulation.content(simulation.source));
    }
}
