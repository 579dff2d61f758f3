package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.bridge.BridgeState.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Two bridges of one name, side by side. */
@SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen in the stores
class StandbyTest {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final int INSTANCES = 50;

    private final Simulation simulation = new Simulation(2);
    private final TestElection election = new TestElection();
    private final Rollcall provider = simulation.client(simulation.source, "provider");
    private final List<Registration> registrations = new ArrayList<>();
    private Bridge first;
    private Bridge second;
    private ServiceView consumer;
    private final List<String> removed = new ArrayList<>();
    private final Set<String> changed = new TreeSet<>();

    @BeforeEach
    void openBoth() {
        IntStream.range(0, INSTANCES).forEach(i -> registrations.add(provider.register(Simulation.orders(100 + i))));
        first = simulation.bridge(Simulation.options(), election.candidate(), "first");
        second = simulation.bridge(Simulation.options(), election.candidate(), "second");
        simulation.untilCaughtUp(first);
        simulation.untilCaughtUp(second);
        consumer = simulation.client(simulation.target, "consumer").discover("orders");
        simulation.until("seen", () -> consumer.instances().size() == INSTANCES, SOON);
        consumer.listenChanges(now -> {
            now.added().forEach(instance -> changed.add(instance.id()));
            now.changed().forEach(change -> changed.add(change.after().id()));
            now.removed().forEach(instance -> removed.add(instance.id()));
        });
        simulation.time.advance(SOON);
        changed.clear();
    }

    @Test
    void oneWritesAndTheOtherKnowsAll() {
        assertThat(first.state().role()).isEqualTo(Role.LEADER);
        assertThat(second.state().role()).isEqualTo(Role.STANDBY);
        assertThat(second.state().standby()).isEqualTo(INSTANCES);
        assertThat(writers()).containsOnly("first-target");
    }

    @Test
    void whenTheLeaderDiesTheNextOneHasTakenOverBeforeAnyConsumerSeesAnything() {
        simulation.source.link("first-source").freeze();
        simulation.target.link("first-target").freeze();
        simulation.time.advance(Duration.ofSeconds(5));
        election.depose();
        simulation.until("taken over", () -> writers().equals(List.of("second-target")), SOON);
        simulation.time.advance(Duration.ofMinutes(5));

        assertThat(second.state().role()).isEqualTo(Role.LEADER);
        assertThat(second.state().mirrored()).isEqualTo(INSTANCES);
        assertThat(removed).isEmpty();
        assertThat(changed).isEmpty();
    }

    @Test
    void aLeaderThatClosesHandsOverWithoutAnyConsumerSeeingIt() {
        first.closeAsync();
        simulation.until("taken over", () -> writers().equals(List.of("second-target")), SOON);
        simulation.until("closed", () -> first.state().role() == Role.CLOSED, SOON);
        simulation.time.advance(Duration.ofMinutes(5));

        assertThat(removed).isEmpty();
        assertThat(changed).isEmpty();
    }

    @Test
    void aHandoverOfManyMirrorsIsOneLineOfTheLog() {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.rollcall");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Level before = logger.getLevel();
        logger.setLevel(Level.WARN); // tests are silent as a rule
        logger.setAdditive(false);
        logger.addAppender(lines);
        try {
            election.depose();
            simulation.until("taken over", () -> writers().equals(List.of("second-target")), SOON);
            simulation.time.advance(Duration.ofMinutes(1));
        } finally {
            logger.detachAppender(lines);
            logger.setAdditive(true);
            logger.setLevel(before);
        }
        assertThat(lines.list).singleElement().asString().contains(INSTANCES + " registrations");
    }

    @Test
    void theLastOneTakesItsMirrorsAlong() {
        second.closeAsync();
        simulation.time.advance(SOON);
        assertThat(simulation.target.entries()).hasSize(INSTANCES);

        first.closeAsync();
        simulation.until("gone", () -> simulation.target.entries().isEmpty(), Duration.ofSeconds(4));
        simulation.until("seen", () -> removed.size() == INSTANCES, SOON);
    }

    @Test
    void aLeaderThatIsDeposedWhileItWorksLetsGoWithoutAFight() {
        election.depose();
        simulation.until("taken over", () -> writers().equals(List.of("second-target")), SOON);
        registrations.remove(0).closeAsync();
        registrations.get(0).update(now -> now.withWeight(9));
        simulation.until("followed", () -> consumer.instances().size() == INSTANCES - 1, SOON);
        election.depose();
        simulation.until("taken back", () -> writers().equals(List.of("first-target")), SOON);
        simulation.time.advance(Duration.ofMinutes(5));

        assertThat(writers()).containsOnly("first-target");
        assertThat(removed).containsExactly("10.0.0.1:100");
        assertThat(changed).isSubsetOf("10.0.0.1:100", "10.0.0.1:101");
        assertThat(Simulation.content(simulation.target)).isEqualTo(Simulation.content(simulation.source));
    }

    @Test
    void whileNobodyLeadsWhatIsThereStaysAndWhatLeavesTheSourceLeaves() {
        second.closeAsync();
        simulation.time.advance(SOON);
        election.suspend();
        simulation.time.advance(Duration.ofMinutes(5));
        assertThat(simulation.target.entries()).hasSize(INSTANCES);

        registrations.remove(0).closeAsync();
        simulation.time.advance(SOON);
        assertThat(simulation.target.entries()).hasSize(INSTANCES - 1);
    }

    @Test
    void withTheStoresOwnElectionAKilledLeaderIsReplacedWithinTheTtlAndUnseen() {
        first.closeAsync();
        second.closeAsync();
        simulation.time.advance(Duration.ofMinutes(1));
        Bridge third = elected("third");
        Bridge fourth = elected("fourth");
        Bridge leader = third.state().role() == Role.LEADER ? third : fourth;
        String dead = leader == third ? "third" : "fourth";
        simulation.until("seen", () -> consumer.instances().size() == INSTANCES, SOON);
        removed.clear();
        changed.clear();

        simulation.source.link(dead + "-source").freeze();
        simulation.target.link(dead + "-target").freeze();
        simulation.target.link(dead + "-election").freeze();
        String next = leader == third ? "fourth-target" : "third-target";
        simulation.until("taken over", () -> writers().equals(List.of(next)), Simulation.TTL);
        simulation.time.advance(Duration.ofMinutes(5));
        assertThat(removed).isEmpty();
        assertThat(changed).isEmpty();

        simulation.target.link(dead + "-election").heal();
        simulation.target.link(dead + "-target").heal();
        simulation.source.link(dead + "-source").heal();
        simulation.time.advance(Duration.ofMinutes(5));
        assertThat(writers()).containsOnly(next);
        assertThat(removed).isEmpty();
        assertThat(changed).isEmpty();
        assertThat(leader.state().role()).isEqualTo(Role.STANDBY);
    }

    private Bridge elected(String name) {
        Bridge bridge = simulation.bridge(
                Simulation.options(), simulation.elected(simulation.target, name, Simulation.options()), name);
        simulation.untilCaughtUp(bridge);
        return bridge;
    }

    private List<String> writers() {
        return simulation.target.entries().stream()
                .map(entry -> entry.writer().replaceAll("#.*", ""))
                .distinct()
                .toList();
    }
}
