package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LagHistogramTest {
    private final LagHistogram histogram = new LagHistogram();

    @Test
    void withoutChangesThereIsNoLag() {
        assertThat(histogram.lag()).isEqualTo(new Lag(0, Duration.ZERO, Duration.ZERO, Duration.ZERO));
    }

    @Test
    void percentilesAreRightToWithinATenth() {
        for (int millis = 1; millis <= 1_000; millis++) {
            histogram.add(Duration.ofMillis(millis).toNanos());
        }

        Lag lag = histogram.lag();
        assertThat(lag.changes()).isEqualTo(1_000);
        assertThat(lag.p50().toMillis()).isBetween(500L, 550L);
        assertThat(lag.p99().toMillis()).isBetween(990L, 1_000L);
        assertThat(lag.longest()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void anySpanFits() {
        histogram.add(Long.MAX_VALUE);
        histogram.add(0);
        histogram.add(-1);

        assertThat(histogram.lag().longest()).isEqualTo(Duration.ofNanos(Long.MAX_VALUE / 1_000 * 1_000));
        assertThat(histogram.lag().p50()).isZero();
    }
}
