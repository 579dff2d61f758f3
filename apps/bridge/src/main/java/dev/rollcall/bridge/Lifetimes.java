package dev.rollcall.bridge;

import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long what a bridge has in the target store outlives its process. Immutable.
 *
 * <p>A leadership must end before the mirrors do, the last renewal of which may be a third of their TTL old; see {@link Leadership}. Consul ends a session
 * after twice its TTL, which is 10 s at the least, and keeps the key from others for another second; so there mirrors must last longer for a standby to be in time.
 *
 * @param mirrors the TTL of the mirrors
 * @param leadership the TTL that is asked for the leadership
 * @param remark what a user should know of them, if anything
 */
record Lifetimes(Duration mirrors, Duration leadership, Optional<String> remark) {
    private static final Duration USUAL = Duration.ofSeconds(10);
    /** Two thirds of it, which is what mirrors have left for certain, are more than Consul's 21 s. */
    private static final Duration TAKEN_OVER_ON_CONSUL = Duration.ofSeconds(40);

    static final Duration SHORTEST = Duration.ofSeconds(1);

    /**
     * Those of a bridge.
     *
     * @param wish what its user asks for, if anything
     * @param elected whether others may stand by for it
     */
    static Lifetimes of(StoreUri target, @Nullable Duration wish, boolean elected) {
        boolean consul = target.scheme().equals("consul");
        Optional<Duration> asked =
                Optional.ofNullable(wish).or(() -> target.parameter("ttl").map(text -> StoreUri.duration("ttl", text)));
        Duration mirrors = asked.orElse(consul && elected ? TAKEN_OVER_ON_CONSUL : USUAL);
        Duration leadership = mirrors.dividedBy(consul ? 4 : 2);
        return new Lifetimes(
                mirrors,
                leadership.compareTo(SHORTEST) < 0 ? SHORTEST : leadership,
                consul && elected ? remark(mirrors, asked.isPresent()) : Optional.empty());
    }

    private static Optional<String> remark(Duration mirrors, boolean asked) {
        String why = "Consul keeps a dead leader's session for up to 21 s";
        if (!asked) {
            return Optional.of(
                    "mirrors outlive a crash by up to " + mirrors.toSeconds() + " s, not " + USUAL.toSeconds()
                            + " s as on other stores: " + why + ", and a standby is to find them still there (a TTL of"
                            + " your own, or a bridge alone, changes that)");
        }
        return mirrors.compareTo(TAKEN_OVER_ON_CONSUL) < 0
                ? Optional.of(
                        "mirrors with a TTL of " + mirrors.toMillis() / 1e3 + " s are away for some seconds when the"
                                + " leader is killed: " + why
                                + ", and only then does a standby take over (no gap from a TTL of "
                                + TAKEN_OVER_ON_CONSUL.toSeconds() + " s on, which is the default)")
                : Optional.empty();
    }
}
