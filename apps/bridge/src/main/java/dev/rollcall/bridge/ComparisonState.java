package dev.rollcall.bridge;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How two registries compare at one moment. Immutable.
 *
 * @param source how the source is heard, and what it has
 * @param target how the target is heard, and what it has in those services
 * @param missing how many instances the target lacks
 * @param extra how many it has that the source has not, in services that the source has
 * @param different how many are not the same on both ends
 * @param unsettled how many differences are too young to count; see {@link BridgeOptions.Builder#settle}
 * @param differences what differs, in the order of service and id: the first 1,000
 * @param equalSince since when both have been heard and nothing differed, without a break; null if that is not so
 * @param at when this was so
 */
public record ComparisonState(
        SideState source,
        SideState target,
        int missing,
        int extra,
        int different,
        int unsettled,
        List<Difference> differences,
        @Nullable Instant equalSince,
        Instant at) {

    public ComparisonState {
        requireNonNull(source, "source");
        requireNonNull(target, "target");
        differences = List.copyOf(differences);
        requireNonNull(at, "at");
    }

    /**
     * One thing that has to be so before consumers are sent to the target.
     *
     * @param name what has to be so
     * @param holds whether it is
     * @param detail what was found
     */
    public record Check(String name, boolean holds, String detail) {}

    /** Whether both ends are known, so that what is said of differences is all there is. */
    public boolean known() {
        return source.known() && target.known();
    }

    /** Whether both ends are heard, have something, and nothing differs, or only what may still be on its way between two that were equal. */
    public boolean equal() {
        return checklist().stream().allMatch(Check::holds);
    }

    /** For how long they have been equal without a break; zero if they aren't. */
    public Duration equalFor() {
        return equalSince == null ? Duration.ZERO : Duration.between(equalSince, at);
    }

    /** What has to be so for the two to be equal, and what was found. */
    public List<Check> checklist() {
        return List.of(
                heard("the source is heard", source),
                heard("the target is heard", target),
                new Check(
                        "the source has instances",
                        source.instances() > 0,
                        source.instances() + " in " + source.services() + " services"),
                none("every entry of the source is an instance", source.undecodable(), "are not"),
                none("none is missing on the target", missing, "missing"),
                none("none is extra on the target", extra, "extra"),
                none("none differs", different, "different"),
                new Check(
                        "no difference is too young to count",
                        unsettled == 0 || equalSince != null,
                        unsettled + " too young"));
    }

    private Check none(String name, long count, String what) {
        return known() ? new Check(name, count == 0, count + " " + what) : new Check(name, false, "not known yet");
    }

    private static Check heard(String name, SideState side) {
        return new Check(
                name,
                side.fresh(),
                side.cause() != null
                        ? String.valueOf(side.cause().getMessage())
                        : side.known() ? "up to date" : "it has not answered yet");
    }
}
