package dev.rollcall.bridge;

import dev.rollcall.Instance;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an instance says that it is a mirror, in its metadata, and which bridge it belongs to. Immutable.
 *
 * <p>It says nothing of the process that wrote it: so a bridge that takes over from another writes what is there already, and consumers see no change.
 */
final class MirrorMark {
    /** Where an instance comes from: names of stores, the one it was registered in first, with a space between them. */
    static final String ORIGIN = "rollcall.origin";
    /** The bridge that mirrors it. */
    static final String BRIDGE = "rollcall.bridge";
    /** Which of several layouts an instance was read in; not the instance's own. */
    private static final String LAYOUT = "rollcall.layout";

    private static final int MAX_ENTRIES = 64;

    private final String origin;
    private final String destination;
    private final String bridge;
    private final boolean chained;

    MirrorMark(BridgeOptions options) {
        this.origin = options.origin();
        this.destination = options.destination();
        this.bridge = options.name();
        this.chained = options.chained();
    }

    static boolean isMirror(Instance instance) {
        return instance.metadata().containsKey(ORIGIN);
    }

    /** Whether an instance on the target was written by this bridge, or one that it stands by for. */
    boolean isOurs(Instance onTarget) {
        return bridge.equals(onTarget.metadata().get(BRIDGE));
    }

    /** Whose an instance on the target is. */
    static String owner(Instance onTarget) {
        String bridge = onTarget.metadata().get(BRIDGE);
        return bridge == null ? "registered there itself" : "mirrored there by " + bridge;
    }

    /**
     * Whether an instance of the source is to be mirrored: not if it is a mirror itself; in a chain, not if it has been at the
     * target before. That is how BGP keeps routes from going round (RFC 4271, section 9.1.2).
     */
    boolean admits(Instance onSource) {
        String path = onSource.metadata().get(ORIGIN);
        if (path == null) {
            return true;
        }
        return chained && !Arrays.asList(path.split(" ", -1)).contains(destination);
    }

    /**
     * The instance as it is to be on the target.
     *
     * @throws IllegalArgumentException if there is no room in its metadata
     */
    Instance mark(Instance onSource, String service) {
        Map<String, String> metadata = new HashMap<>(onSource.metadata());
        metadata.remove(LAYOUT);
        metadata.put(
                ORIGIN,
                Optional.ofNullable(onSource.metadata().get(ORIGIN))
                        .map(path -> path + ' ' + origin)
                        .orElse(origin));
        metadata.put(BRIDGE, bridge);
        if (metadata.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException("metadata: " + metadata.size() + " entries with those that mark a mirror"
                    + " (expected: up to " + MAX_ENTRIES + ")");
        }
        return renamed(onSource, service).withMetadata(metadata);
    }

    /** The instance without what only one registry knows of it, for comparison. */
    static Instance plain(Instance instance, String service) {
        Map<String, String> metadata = new HashMap<>(instance.metadata());
        metadata.keySet().removeAll(List.of(ORIGIN, BRIDGE, LAYOUT));
        return renamed(instance, service).withMetadata(metadata);
    }

    private static Instance renamed(Instance instance, String service) {
        return new Instance(
                service,
                instance.id(),
                instance.endpoints(),
                instance.weight(),
                instance.status(),
                instance.zone(),
                instance.version(),
                instance.metadata());
    }
}
