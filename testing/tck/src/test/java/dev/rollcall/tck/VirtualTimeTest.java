package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();
    private final List<String> ran = new ArrayList<>();

    @Test
    void nothingRunsUntilTheClockMoves() {
        time.execute(() -> ran.add("now"));
        time.schedule(Duration.ofSeconds(1), () -> ran.add("later"));

        assertThat(ran).isEmpty();
        assertThat(time.pending()).isEqualTo(2);
    }

    @Test
    void whatIsDueNowRunsWithoutTimePassing() {
        time.execute(() -> {
            ran.add("first");
            time.execute(() -> ran.add("handed over by the first"));
        });
        time.schedule(Duration.ofNanos(1), () -> ran.add("later"));

        time.runUntilIdle();

        assertThat(ran).containsExactly("first", "handed over by the first");
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void timersRunInTheOrderOfTheirTimesThenOfTheirHandingOver() {
        time.schedule(Duration.ofSeconds(2), () -> ran.add("2 s, first"));
        time.schedule(Duration.ofSeconds(1), () -> ran.add("1 s"));
        time.schedule(Duration.ofSeconds(2), () -> ran.add("2 s, second"));
        time.schedule(Duration.ofSeconds(-1), () -> ran.add("at once"));

        time.advance(Duration.ofSeconds(2));

        assertThat(ran).containsExactly("at once", "1 s", "2 s, first", "2 s, second");
    }

    @Test
    void eachTaskSeesItsOwnTime() {
        Instant start = time.now();
        long startNanos = time.nanoTime();
        List<Duration> seen = new ArrayList<>();
        time.schedule(Duration.ofSeconds(1), () -> seen.add(Duration.between(start, time.now())));
        time.schedule(Duration.ofSeconds(3), () -> seen.add(Duration.ofNanos(time.nanoTime() - startNanos)));

        time.advance(Duration.ofSeconds(10));

        assertThat(seen).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(3));
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aTimerThatHandsOverTimersIsFollowedWithinTheSameSpan() {
        AtomicInteger ticks = new AtomicInteger();
        everySecond(ticks);

        time.advance(Duration.ofHours(1));

        assertThat(ticks).hasValue(3_600);
    }

    @Test
    void aClosedTimerDoesNotRunAndClosingItTwiceHarmsNobody() {
        EventLoop.Timer timer = time.schedule(Duration.ofSeconds(1), () -> ran.add("closed"));
        time.schedule(Duration.ofSeconds(1), () -> ran.add("open"));

        timer.close();
        timer.close();
        time.advance(Duration.ofSeconds(1));

        assertThat(ran).containsExactly("open");
    }

    @Test
    void advancingUntilAConditionHoldsStopsTheClockThere() {
        time.schedule(Duration.ofSeconds(1), () -> ran.add("1 s"));
        time.schedule(Duration.ofSeconds(2), () -> ran.add("2 s"));

        assertThat(time.advanceUntil(() -> ran.contains("1 s"), Duration.ofMinutes(1)))
                .isTrue();
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));

        assertThat(time.advanceUntil(() -> ran.contains("3 s"), Duration.ofMinutes(1)))
                .isFalse();
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(61));
    }

    @Test
    void whatTasksThrowStopsNoTaskAndReachesTheTest() {
        AssertionError first = new AssertionError("first");
        IllegalStateException second = new IllegalStateException("second");
        time.execute(() -> {
            throw first;
        });
        time.execute(() -> {
            throw second;
        });
        time.execute(() -> ran.add("third"));

        assertThatThrownBy(time::runUntilIdle).isSameAs(first).hasSuppressedException(second);
        assertThat(ran).containsExactly("third");
    }

    @Test
    void theClockIsNotMovedFromATask() {
        time.execute(time::runUntilIdle);

        assertThatThrownBy(time::runUntilIdle).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tasksThatFeedOnEachOtherAreFoundOut() {
        AtomicInteger rounds = new AtomicInteger();
        feed(rounds);

        assertThatThrownBy(time::runUntilIdle)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no end");
    }

    @Test
    void nanoTimeOverflowsWithinTheFirstHour() {
        long start = time.nanoTime();

        time.advance(Duration.ofHours(1));

        assertThat(time.nanoTime()).isNegative();
        assertThat(time.nanoTime() - start).isEqualTo(Duration.ofHours(1).toNanos());
    }

    @Test
    void afterCloseNothingRuns() {
        time.execute(() -> ran.add("before"));

        time.close();
        time.execute(() -> ran.add("after"));
        time.advance(Duration.ofSeconds(1));

        assertThat(ran).isEmpty();
    }

    @Test
    void anotherThreadMayHandOverTasks() throws InterruptedException {
        Thread other = new Thread(
                () -> time.execute(() -> ran.add(Thread.currentThread().getName())));
        other.start();
        other.join();

        time.runUntilIdle();

        assertThat(ran).containsExactly(Thread.currentThread().getName());
    }

    @Test
    void aNegativeSpanIsTheCallersMistake() {
        assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.000000001S");
    }

    private void everySecond(AtomicInteger ticks) {
        time.schedule(Duration.ofSeconds(1), () -> {
            ticks.incrementAndGet();
            everySecond(ticks);
        });
    }

    private void feed(AtomicInteger rounds) {
        time.execute(() -> {
            rounds.incrementAndGet();
            feed(rounds);
        });
    }
}
