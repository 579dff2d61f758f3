package dev.rollcall.bridge;

import static java.util.Objects.requireNonNull;

/**
 * An instance of the source that isn't on the target as it should be, and why. Immutable.
 *
 * @param service the service's name on the target
 * @param id the instance's id
 * @param kind what became of it
 * @param text what stands in the way, and what the bridge does about it
 */
public record Problem(String service, String id, Kind kind, String text) {

    /** What became of an instance that isn't mirrored. */
    public enum Kind {
        /** The target refuses it, or it can't be marked as a mirror. What the target refuses is tried again for ever. */
        FAILED,
        /** The target has one of this id that the bridge has not written. That one stays; the mirror comes when it leaves. */
        YIELDED,
        /** Another service of the source that is called the same on the target has one of this id. */
        SHADOWED
    }

    public Problem {
        requireNonNull(service, "service");
        requireNonNull(id, "id");
        requireNonNull(kind, "kind");
        requireNonNull(text, "text");
    }

    /** The instance's place on the target: {@code service/id}. */
    public String key() {
        return service + "/" + id;
    }

    @Override
    public String toString() {
        return key() + ": " + text;
    }
}
