package dev.rollcall.health;

import static java.util.Objects.requireNonNull;

import dev.rollcall.spi.Backoff;
import java.time.Duration;

/**
 * How a consumer makes sure that the process at an address is the instance that the registry says, and not a stranger that
 * has got the address of one that died: for networks that give addresses out again quickly. See
 * {@link dev.rollcall.ServiceView#verified}. Immutable.
 *
 * <p>An instance is asked when it appears or comes up, when its endpoints change, when the store has lost it and the view
 * {@linkplain dev.rollcall.Snapshot#held() holds} it, and every {@code recheck}. It is trusted from its confirmation on, until it
 * denies, changes its endpoints, or leaves three questions in a row unanswered. A question whose probe ignores its timeout and interruption
 * counts once, and once more each time that it would be due again.
 *
 * @param probe how to ask
 * @param timeout how long one question may take: 1 ms to 1 min, by default 1 s
 * @param recheck how often to ask again, less up to a half of it at random: 100 ms to 1 h, by default 30 s
 * @param retry the pauses after questions without an answer, by default {@link Backoff#defaults()}
 * @param maxAtOnce how many may be asked at the same time: 1 to 32, by default 16
 * @param fallback whether those that have not answered may be chosen while no other can, by default they may. Those that
 *     deny are never chosen
 */
public record IdentityCheck(
        IdentityProbe probe, Duration timeout, Duration recheck, Backoff retry, int maxAtOnce, Fallback fallback) {
    private static final int MAX_AT_ONCE = 32;

    /** What becomes of instances of which nothing is known either way. */
    public enum Fallback {
        /** Fail open: chosen as long as there is nobody who is confirmed and up, so the check alone causes no outage. */
        LAST_RESORT,
        /** Fail closed: never chosen; better no answer than a stranger's. */
        NEVER
    }

    public IdentityCheck {
        requireNonNull(probe, "probe");
        requireNonNull(retry, "retry");
        requireNonNull(fallback, "fallback");
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: 1 ms to 1 min)");
        }
        if (recheck.compareTo(Duration.ofMillis(100)) < 0 || recheck.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("recheck: " + recheck + " (expected: 100 ms to 1 h)");
        }
        if (maxAtOnce < 1 || maxAtOnce > MAX_AT_ONCE) {
            throw new IllegalArgumentException("maxAtOnce: " + maxAtOnce + " (expected: 1 to " + MAX_AT_ONCE + ")");
        }
    }

    /** A check with default numbers. */
    public static IdentityCheck of(IdentityProbe probe) {
        return new IdentityCheck(
                probe, Duration.ofSeconds(1), Duration.ofSeconds(30), Backoff.defaults(), 16, Fallback.LAST_RESORT);
    }

    /** Asks by HTTP at {@link Identity#PATH}. */
    public static IdentityCheck http() {
        return of(HttpIdentityProbe.create());
    }

    /** The same with another timeout. */
    public IdentityCheck within(Duration timeout) {
        return new IdentityCheck(probe, timeout, recheck, retry, maxAtOnce, fallback);
    }

    /** The same with another time between questions. */
    public IdentityCheck recheckedEvery(Duration recheck) {
        return new IdentityCheck(probe, timeout, recheck, retry, maxAtOnce, fallback);
    }

    /** The same for those that have not answered. */
    public IdentityCheck withFallback(Fallback fallback) {
        return new IdentityCheck(probe, timeout, recheck, retry, maxAtOnce, fallback);
    }
}
