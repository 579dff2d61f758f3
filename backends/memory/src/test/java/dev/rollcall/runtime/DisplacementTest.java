package dev.rollcall.runtime;

import static dev.rollcall.tck.Testbed.unawaited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a client says whose registrations others take. */
class DisplacementTest {
    private static final Duration SOON = Duration.ofSeconds(2);

    private final Simulation simulation = new Simulation(1);
    private final Rollcall client = simulation.client("first");
    private final Rollcall other = simulation.client("second");

    private List<Registration> register(Rollcall by, int count) {
        List<Registration> registrations = IntStream.range(0, count)
                .mapToObj(i -> by.register(Instance.of("orders", "http://10.0.0.1:" + (100 + i))))
                .toList();
        simulation.advance(SOON);
        return registrations;
    }

    private static boolean all(List<Registration> registrations, Phase phase) {
        return registrations.stream().allMatch(one -> one.state().phase() == phase);
    }

    @Test
    void manyThatAreTakenAtOnceAreOneLineWithTheirCount() {
        List<Registration> ours = register(client, 50);
        try (LoggedLines lines = LoggedLines.of("internal.DisplacementLog")) {
            List<Registration> theirs = register(other, 50);

            assertThat(ours).allMatch(one -> one.state().phase() == Phase.DISPLACED);
            assertThat(lines.containing(""))
                    .singleElement()
                    .asString()
                    .contains("50 registrations")
                    .contains("such as orders/10.0.0.1:");

            theirs.forEach(one -> unawaited(one.closeAsync()));
            simulation.until("back", () -> all(ours, Phase.REGISTERED), SOON);
            register(other, 2);
            assertThat(lines.containing("2 registrations")).hasSize(1);
        }
        simulation.close();
    }

    @Test
    void oneThatAMirrorWasWrittenOverInTheSameMomentTakesItsIdBackAndNobodyIsAlarmed() {
        List<Registration> ours = register(client, 3);
        try (LoggedLines lines = LoggedLines.of("internal.DisplacementLog")) {
            List<Registration> mirrors = IntStream.range(0, 2)
                    .mapToObj(i -> other.register(mirror(ours.get(i).instance())))
                    .toList();

            simulation.until("taken back", () -> all(mirrors, Phase.DISPLACED) && all(ours, Phase.REGISTERED), SOON);
            simulation.advance(Duration.ofMinutes(2));

            assertThat(ours).allMatch(one -> one.state().phase() == Phase.REGISTERED);
            assertThat(lines.containing("10.0.0.1"))
                    .as("the mirrors' own client says so, and it alone")
                    .singleElement()
                    .asString()
                    .contains("2 registrations");
        }
        simulation.close();
    }

    @Test
    void aMirrorThatAnotherMirrorTakesOverStaysAway() {
        Instance mirror = mirror(Instance.of("orders", "http://10.0.0.1:100"));
        Registration first = client.register(mirror);
        simulation.advance(SOON);
        Registration second = other.register(mirror);
        simulation.advance(Duration.ofMinutes(2));

        assertThat(first.state().phase()).isEqualTo(Phase.DISPLACED);
        assertThat(second.state().phase()).isEqualTo(Phase.REGISTERED);
        simulation.close();
    }

    private static Instance mirror(Instance instance) {
        return instance.withMetadata("rollcall.origin", "memory:elsewhere");
    }

    @Test
    void oneThatIsTakenSaysWhichAndWhatToDo() {
        register(client, 1);
        try (LoggedLines lines = LoggedLines.of("internal.DisplacementLog")) {
            register(other, 1);

            assertThat(lines.containing(""))
                    .singleElement()
                    .asString()
                    .startsWith("orders/10.0.0.1:100: ")
                    .endsWith("One of the two is a mistake; ours waits until the other leaves");
        }
        simulation.close();
    }
}
