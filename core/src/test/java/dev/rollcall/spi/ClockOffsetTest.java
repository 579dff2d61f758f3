package dev.rollcall.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.spi.MemberReport.ClockOffset;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockOffsetTest {

    @Test
    void equalClocksAreFoundEqualWithinTheUncertainty() {
        // asked at 10.200 s and answered at 10.300 s, told "10 s" by a clock that stood at 10.250 s
        ClockOffset offset = ClockOffset.of(10_000, Duration.ofSeconds(1), 10_200, 10_300);

        assertThat(offset.uncertainty()).isEqualTo(Duration.ofMillis(550));
        assertThat(offset.ahead().abs()).isLessThanOrEqualTo(offset.uncertainty());
    }

    @Test
    void aClockThatIsAheadIsAhead() {
        ClockOffset offset = ClockOffset.of(70_000, Duration.ofMillis(1), 10_000, 10_010);

        assertThat(offset.ahead()).isBetween(Duration.ofMillis(59_990), Duration.ofMillis(60_001));
        assertThat(offset.uncertainty()).isLessThanOrEqualTo(Duration.ofMillis(6));
    }

    @Test
    void aClockThatIsBehindIsNegative() {
        assertThat(ClockOffset.of(10_000, Duration.ofMillis(1), 15_000, 15_000).ahead())
                .isNegative();
    }
}
