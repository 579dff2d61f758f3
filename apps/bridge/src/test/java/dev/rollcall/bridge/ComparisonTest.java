package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen in the stores
class ComparisonTest {
    private static final Duration SETTLED = Duration.ofSeconds(4);

    private final Simulation simulation = new Simulation(3);
    private final Rollcall provider = simulation.client(simulation.source, "provider");
    private final Rollcall newcomers = simulation.client(simulation.target, "newcomers");

    @Test
    void whatIsMissingExtraOrDifferentIsNamedFieldByField() {
        provider.register(Simulation.orders(80));
        provider.register(Simulation.orders(81)
                .withWeight(3)
                .withMetadata("build", "1")
                .withMetadata("rollcall.layout", "kratos"));
        provider.register(Simulation.orders(82));
        newcomers.register(Simulation.orders(81).withMetadata("build", "2").withMetadata("rollcall.origin", "x"));
        newcomers.register(Simulation.orders(82).withMetadata("rollcall.bridge", "y"));
        newcomers.register(Simulation.orders(83));
        newcomers.register(Instance.of("of-the-target-alone", "http://10.0.0.9:80"));
        Comparison comparison = simulation.comparison(Simulation.options());
        simulation.time.advance(SETTLED);

        ComparisonState state = comparison.state();
        assertThat(state.differences())
                .extracting(Difference::toString)
                .containsExactly(
                        "orders/10.0.0.1:80: missing on the target",
                        "orders/10.0.0.1:81: weight 3 on the source, 1 on the target;"
                                + " metadata.build 1 on the source, 2 on the target",
                        "orders/10.0.0.1:83: extra on the target");
        assertThat(List.of(state.missing(), state.extra(), state.different())).containsOnly(1);
        assertThat(state.equal()).isFalse();
        assertThat(simulation.target.entries()).as("nothing is written").hasSize(4);
    }

    @Test
    void whatIsOnlyOnItsWayIsNoDifference() {
        Registration first = provider.register(Simulation.orders(80));
        simulation.bridge();
        Comparison comparison = simulation.comparison(Simulation.options());
        simulation.time.advance(SETTLED);
        ComparisonState before = comparison.state();
        assertThat(before.equal()).isTrue();

        for (int i = 1; i <= 100; i++) {
            int weight = i;
            first.update(now -> now.withWeight(weight));
            provider.register(Simulation.orders(100 + i));
            simulation.time.advance(Duration.ofMillis(simulation.random.nextInt(700)));
        }
        assertThat(comparison.state().equalSince()).isEqualTo(before.equalSince());
        assertThat(comparison.state().source().instances()).isEqualTo(101);
    }

    @Test
    void twoThatWereNeverEqualAreNotSoBecauseTheirDifferenceIsYoung() {
        Comparison comparison = simulation.comparison(Simulation.options());
        simulation.time.advance(SETTLED);
        provider.register(Simulation.orders(80));
        simulation.time.advance(Duration.ofMillis(100));

        ComparisonState state = comparison.state();
        assertThat(state.unsettled()).isEqualTo(1);
        assertThat(state.equal()).isFalse();
        assertThat(state.checklist())
                .filteredOn(check -> !check.holds())
                .extracting(ComparisonState.Check::name)
                .containsExactly("no difference is too young to count");
    }

    @Test
    void aDifferenceThatStaysOrAnOutageBeginsTheTimeAnew() {
        provider.register(Simulation.orders(80));
        Bridge bridge = simulation.bridge();
        Comparison comparison = simulation.comparison(Simulation.options());
        simulation.time.advance(Duration.ofMinutes(10));
        assertThat(comparison.state().equalFor()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));

        Registration extra = newcomers.register(Simulation.orders(99));
        simulation.time.advance(SETTLED);
        assertThat(comparison.state().equalFor()).isZero();
        extra.closeAsync();
        simulation.time.advance(SETTLED);
        assertThat(comparison.state().equalFor()).isPositive();

        simulation.source.kill();
        simulation.time.advance(Duration.ofMinutes(10));
        assertThat(comparison.state().equalSince()).isNull();
        assertThat(comparison.state().checklist())
                .filteredOn(check -> !check.holds())
                .extracting(ComparisonState.Check::name)
                .containsExactly("the source is heard");
        assertThat(bridge.state().mirrored()).isEqualTo(1);
    }

    @Test
    void anEmptySourceIsNothingToBeSureOf() {
        Comparison comparison = simulation.comparison(Simulation.options());
        simulation.time.advance(Duration.ofMinutes(10));

        assertThat(comparison.state().known()).isTrue();
        assertThat(comparison.state().differences()).isEmpty();
        assertThat(comparison.state().equal()).isFalse();
    }

    @Test
    void whatIsLeftOnTheTargetOfAServiceThatIsGoneIsADifference() {
        Registration there = provider.register(Simulation.orders(80));
        newcomers.register(Simulation.orders(80));
        Comparison comparison = simulation.comparison(Simulation.options());
        simulation.time.advance(SETTLED);

        there.closeAsync();
        simulation.time.advance(Duration.ofMinutes(1));
        assertThat(comparison.state().extra()).isEqualTo(1);
    }

    @Test
    void renamedAndGatheredServicesAreComparedUnderTheirNewName() {
        provider.register(Instance.of("team-a", "http://10.0.0.1:80"));
        provider.register(Instance.of("team-b", "http://10.0.0.1:81"));
        newcomers.register(Instance.of("all", "http://10.0.0.1:80"));
        Comparison comparison = simulation.comparison(Simulation.options().rename("team-*=all"));
        simulation.time.advance(SETTLED);

        assertThat(comparison.state().differences()).extracting(Difference::key).containsExactly("all/10.0.0.1:81");
    }

    @Test
    void closingLeavesNothingRunning() {
        Comparison comparison = simulation.comparison(Simulation.options());
        simulation.time.advance(SETTLED);

        comparison.closeAsync();
        provider.closeAsync();
        newcomers.closeAsync();
        simulation.time.advance(Duration.ofMinutes(1));
        assertThat(simulation.time.pending()).isZero();
    }
}
