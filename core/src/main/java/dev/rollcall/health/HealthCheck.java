package dev.rollcall.health;

import static java.util.Objects.requireNonNull;

import dev.rollcall.health.HealthReport.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * How a registration finds out whether its instance can serve: what is asked, how often, and how many answers in a row
 * turn the verdict. Immutable.
 *
 * <p>While the verdict is not {@link State#PASSING}, an instance that its owner wants to be up stands in the store as
 * {@link dev.rollcall.Status#OUT_OF_SERVICE}: visible, and chosen by nobody. A status that the owner has set (draining,
 * out of service) is never touched. The first check begins as soon as the instance is registered, and its result decides
 * at once; until then the instance is out of service. The second comes after a random part of the interval, so that the
 * checks of many registrations spread over it, and the others one interval apart.
 *
 * @param probe what is asked
 * @param interval from the beginning of one check to that of the next: 10 ms to 1 h, by default 10 s
 * @param timeout how long one may take before it counts as failed: 1 ms to 1 h, by default 2 s. One that still runs
 *     when the next is due delays that one
 * @param rise how many successes in a row make a failing instance pass: 1 to 1000, by default 2
 * @param fall how many failures in a row make a passing instance fail: 1 to 1000, by default 3
 */
public record HealthCheck(Probe probe, Duration interval, Duration timeout, int rise, int fall) {
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int MAX_COUNT = 1_000;

    public HealthCheck {
        requireNonNull(probe, "probe");
        requireWithin("interval", interval, SHORTEST_INTERVAL, "10 ms to 1 h");
        requireWithin("timeout", timeout, SHORTEST_TIMEOUT, "1 ms to 1 h");
        requireCount("rise", rise);
        requireCount("fall", fall);
    }

    /** A check with default numbers. */
    public static HealthCheck of(Probe probe) {
        return new HealthCheck(probe, Duration.ofSeconds(10), Duration.ofSeconds(2), 2, 3);
    }

    /** {@code GET} of this path at the instance's HTTP endpoint answers 200 to 299; see {@link HttpProbe}. */
    public static HealthCheck http(String path) {
        return of(HttpProbe.of(path));
    }

    /** The instance's principal endpoint accepts connections; see {@link TcpProbe}. */
    public static HealthCheck tcp() {
        return of(TcpProbe.create());
    }

    /** A program exits with 0; see {@link CommandProbe}. */
    public static HealthCheck command(String... command) {
        return of(CommandProbe.of(List.of(command)));
    }

    /**
     * The application says so itself.
     *
     * @param what what it says, for reports, such as {@code the pool has connections}
     * @param healthy called on Rollcall's check threads; should be quick, or heed interruption
     */
    public static HealthCheck of(String what, BooleanSupplier healthy) {
        requireNonNull(what, "what");
        requireNonNull(healthy, "healthy");
        return of((instance, timeout) ->
                healthy.getAsBoolean() ? ProbeResult.passed(what) : ProbeResult.failed("not so: " + what));
    }

    /** The same with another interval. */
    public HealthCheck every(Duration interval) {
        return new HealthCheck(probe, interval, timeout, rise, fall);
    }

    /** The same with another timeout. */
    public HealthCheck within(Duration timeout) {
        return new HealthCheck(probe, interval, timeout, rise, fall);
    }

    /** The same with other counts. */
    public HealthCheck turningAfter(int rise, int fall) {
        return new HealthCheck(probe, interval, timeout, rise, fall);
    }

    /** The report after one more result: a pure function, which is what the runtime goes by. */
    public HealthReport judge(HealthReport before, ProbeResult result, Instant at) {
        ProbeResult last = before.last();
        int streak = last != null && last.passed() == result.passed()
                ? Math.min(before.streak() + 1, Integer.MAX_VALUE - 1)
                : 1;
        State state = switch (before.state()) {
            case UNKNOWN -> result.passed() ? State.PASSING : State.FAILING;
            case PASSING -> !result.passed() && streak >= fall ? State.FAILING : State.PASSING;
            case FAILING -> result.passed() && streak >= rise ? State.PASSING : State.FAILING;
        };
        return new HealthReport(state, state == before.state() ? before.since() : at, streak, result, at, null);
    }

    private static void requireWithin(String what, Duration value, Duration shortest, String expected) {
        requireNonNull(value, what);
        if (value.compareTo(shortest) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
        }
    }

    private static void requireCount(String what, int count) {
        if (count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException(what + ": " + count + " (expected: 1 to " + MAX_COUNT + ")");
        }
    }
}
