package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import java.util.Optional;

/**
 * Where things are: {@code {root}/{service}/{id}}. Every name that Rollcall accepts is a legal node name as it is, so nothing is
 * escaped; what isn't a legal name of ours was put there by somebody else and isn't ours to read. Immutable.
 */
final class Layout {
    /** ZooKeeper's own node, where the root is the store's root. */
    private static final String RESERVED = "zookeeper";

    private final String root;

    /** @param root an absolute path without a slash at its end; empty for the store's root */
    Layout(String root) {
        this.root = root;
    }

    /** The node under which services are. */
    String root() {
        return root.isEmpty() ? "/" : root;
    }

    String service(String service) {
        return root + "/" + service;
    }

    String instance(String service, String id) {
        return root + "/" + service + "/" + id;
    }

    /** The node above, empty for that of a top-level node. */
    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /** Whether a child of the root can be a service. */
    boolean isService(String name) {
        if (root.isEmpty() && name.equals(RESERVED)) {
            return false;
        }
        try {
            Instance.requireServiceName(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What a path says: a service, or an instance of one; nothing for the root itself and what is deeper or elsewhere. */
    Optional<Place> place(String path) {
        int start = root.length() + 1;
        if (path.length() <= start || !path.startsWith(root) || path.charAt(root.length()) != '/') {
            return Optional.empty();
        }
        int slash = path.indexOf('/', start);
        if (slash < 0) {
            return Optional.of(new Place(path.substring(start), ""));
        }
        return path.indexOf('/', slash + 1) >= 0
                ? Optional.empty()
                : Optional.of(new Place(path.substring(start, slash), path.substring(slash + 1)));
    }

    /**
     * A service or an instance.
     *
     * @param id empty for the service itself
     */
    record Place(String service, String id) {}
}
