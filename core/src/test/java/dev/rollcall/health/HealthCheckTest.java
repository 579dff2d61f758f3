package dev.rollcall.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rollcall.Instance;
import dev.rollcall.health.HealthReport.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthCheckTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private final HealthCheck check =
            HealthCheck.of("well", () -> true).every(Duration.ofSeconds(1)).turningAfter(2, 3);

    @ParameterizedTest
    @CsvSource({
        "'', UNKNOWN, 0, 0",
        "+, PASSING, 1, 1",
        "-, FAILING, 1, 1",
        "-+, FAILING, 1, 1",
        "-++, PASSING, 2, 3",
        "-+-+, FAILING, 1, 1",
        "+--, PASSING, 2, 1",
        "+--+--, PASSING, 2, 1",
        "+---, FAILING, 3, 4",
        "+---+, FAILING, 1, 4",
        "+---+-++, PASSING, 2, 8"
    })
    void turnsOnlyAfterSoManyInARow(String results, State state, int streak, int since) {
        HealthReport report = after(results);

        assertThat(report.state()).isEqualTo(state);
        assertThat(report.streak()).isEqualTo(streak);
        assertThat(report.since()).isEqualTo(START.plusSeconds(since));
        assertThat(report.passing()).isEqualTo(state == State.PASSING);
    }

    @Test
    void theLatestResultIsKept() {
        HealthReport report = after("+-");

        assertThat(report.last()).isEqualTo(ProbeResult.failed("2"));
        assertThat(report.lastAt()).isEqualTo(START.plusSeconds(2));
    }

    /** Whatever came before, so many in a row decide, and no fewer do. */
    @Property
    void soManyInARowDecideWhateverCameBefore(
            @ForAll List<Boolean> before,
            @ForAll @IntRange(min = 1, max = 5) int rise,
            @ForAll @IntRange(min = 1, max = 5) int fall) {
        HealthCheck counting = check.turningAfter(rise, fall);
        HealthReport report = counting.judge(HealthReport.unknown(START), ProbeResult.passed(""), START);
        for (boolean passed : before) {
            HealthReport next = counting.judge(report, new ProbeResult(passed, ""), START);
            if (next.state() != report.state()) {
                assertThat(next.streak()).isEqualTo(passed ? rise : fall);
            }
            report = next;
        }
        for (int i = 0; i < fall; i++) {
            report = counting.judge(report, ProbeResult.failed(""), START);
        }
        assertThat(report.state()).isEqualTo(State.FAILING);
        for (int i = 0; i < rise; i++) {
            assertThat(report.state()).isEqualTo(State.FAILING);
            report = counting.judge(report, ProbeResult.passed(""), START);
        }
        assertThat(report.state()).isEqualTo(State.PASSING);
    }

    @Test
    void aSupplierSaysInWordsWhatIsNotSo() throws InterruptedException {
        HealthCheck pool = HealthCheck.of("the pool has connections", () -> false);

        assertThat(pool.probe().probe(Instance.of("orders", "http://h:1"), Duration.ofSeconds(1)))
                .isEqualTo(ProbeResult.failed("not so: the pool has connections"));
    }

    @Test
    void numbersThatCannotBeAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.every(Duration.ZERO))
                .withMessage("interval: PT0S (expected: 10 ms to 1 h)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.within(Duration.ofHours(2)))
                .withMessage("timeout: PT2H (expected: 1 ms to 1 h)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.turningAfter(0, 1))
                .withMessage("rise: 0 (expected: 1 to 1000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.turningAfter(1, 1_001))
                .withMessage("fall: 1001 (expected: 1 to 1000)");
    }

    @Test
    void aDetailIsOneLineOfBoundedLength() {
        ProbeResult result = ProbeResult.failed("a\nb\u001b[31m" + "x".repeat(1_000));

        assertThat(result.detail())
                .hasSize(201)
                .startsWith("a\ufffdb\ufffd[31m")
                .endsWith("…");
    }

    /** One result a second, {@code +} or {@code -}. */
    private HealthReport after(String results) {
        HealthReport report = HealthReport.unknown(START);
        for (int i = 0; i < results.length(); i++) {
            report = check.judge(
                    report,
                    new ProbeResult(results.charAt(i) == '+', Integer.toString(i + 1)),
                    START.plusSeconds(i + 1));
        }
        return report;
    }
}
