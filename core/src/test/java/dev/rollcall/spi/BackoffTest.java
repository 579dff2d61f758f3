package dev.rollcall.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Property(tries = 500)
    void eachPauseLiesBetweenHalfAndAllOfWhatDoublesUpToTheCap(
            @ForAll @LongRange(min = 1, max = 3_600_000) long firstMillis,
            @ForAll @IntRange(min = 1, max = 100_000) int factor,
            @ForAll @IntRange(min = 1) int failures,
            @ForAll long seed) {
        Duration first = Duration.ofMillis(firstMillis);
        Duration cap = first.multipliedBy(factor);

        Duration pause = new Backoff(first, cap).pause(failures, new Random(seed));

        Duration longest = failures > 31 ? cap : min(cap, first.multipliedBy(1L << (failures - 1)));
        assertThat(pause).isBetween(longest.dividedBy(2), longest);
    }

    @Test
    void aThousandClientsDoNotComeBackAtOnce() {
        Random random = new Random(1);
        Set<Duration> pauses = new HashSet<>();
        for (int client = 0; client < 1_000; client++) {
            pauses.add(Backoff.defaults().pause(1, random));
        }

        assertThat(pauses).hasSizeGreaterThan(990);
    }

    @Test
    void neverRunsOutOfTries() {
        assertThat(Backoff.defaults().pause(Integer.MAX_VALUE, new Random(1)))
                .isBetween(Duration.ofMillis(2_500), Duration.ofSeconds(5));
    }

    @Test
    void badPartsAreRefused() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Backoff.defaults().pause(0, new Random(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("failures: 0");
    }

    private static Duration min(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }
}
