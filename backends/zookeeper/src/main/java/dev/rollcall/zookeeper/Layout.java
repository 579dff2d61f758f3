package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.spi.InstanceSink;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;

/**
 * How one ecosystem keeps instances in the tree: below a root a node for each service, in it, or in a node inside of that, one for each
 * instance. What isn't a legal name of ours was put there by somebody else and isn't ours to read. Thread-safe.
 */
abstract class Layout {
    /** ZooKeeper's own node, where the root is the store's root. */
    private static final String RESERVED = "zookeeper";

    private final String name;
    private final String prefix;

    /**
     * One at a place.
     *
     * @param name as in the connection string
     * @param prefix the root: an absolute path without a slash at its end; empty for the store's root
     */
    Layout(String name, String prefix) {
        this.name = name;
        this.prefix = prefix;
    }

    /** As in the connection string. */
    final String name() {
        return name;
    }

    /** What the paths of all services begin with, before a slash. */
    final String prefix() {
        return prefix;
    }

    /** The node under which services are. */
    final String root() {
        return prefix.isEmpty() ? "/" : prefix;
    }

    /** The node under which a service's instances are. */
    final String service(String service) {
        return instances(child(service));
    }

    /** The node under which the instances are of the service whose node is this child of the root. */
    String instances(String child) {
        return prefix + "/" + child;
    }

    /** The name of a service's node below the root. Every name that Rollcall accepts is a legal one as it is. */
    String child(String service) {
        return service;
    }

    /** The service whose node this child of the root is; empty if none can be. */
    Optional<String> serviceName(String child) {
        if (prefix.isEmpty() && child.equals(RESERVED)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instance.requireServiceName(child));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The child of the root that what happened at this path is about: a service's node or one of its instances'; empty for the rest. */
    final Optional<String> childOf(String path) {
        int start = prefix.length() + 1;
        if (path.length() <= start || !path.startsWith(prefix) || path.charAt(prefix.length()) != '/') {
            return Optional.empty();
        }
        int slash = path.indexOf('/', start);
        String child = slash < 0 ? path.substring(start) : path.substring(start, slash);
        String instances = instances(child);
        boolean above = (instances + "/").startsWith(path + "/");
        return above || parent(path).equals(instances) ? Optional.of(child) : Optional.empty();
    }

    /** Whether an instance has a node whatever is in it, under a name that depends on nothing but the id. */
    boolean hasFixedNode() {
        return true;
    }

    /** The name of an instance's node. */
    String node(Instance instance) {
        return node(instance.id());
    }

    /** The name of the node of the instance with this id, where that is enough to tell. */
    String node(String id) {
        return id;
    }

    /**
     * The id that the instance of a node has.
     *
     * @throws IllegalArgumentException if it can't be an instance's
     */
    String id(String node) {
        return node;
    }

    /** Whether an instance has a node at present: others would take one that can't say that it wants no traffic for one that does. */
    boolean isWritten(Instance instance) {
        return true;
    }

    /** How nodes above instances are made: by default to stay, as there are readers that never recover when they go. */
    CreateMode parents() {
        return CreateMode.PERSISTENT;
    }

    /**
     * The bytes of an instance's node.
     *
     * @param registeredAtMillis the wall clock at the registration, milliseconds since 1970
     */
    abstract byte[] write(Instance instance, long registeredAtMillis);

    /**
     * Reads a node.
     *
     * @throws InstanceReader.MalformedException if it is no instance; the message says why
     * @throws IllegalArgumentException likewise
     */
    abstract Instance read(String service, String node, byte[] data) throws InstanceReader.MalformedException;

    /** Takes note of a node that has been read. */
    void seen(String service, String node, Stat stat) {
        // nothing to note
    }

    /** What the nodes of a service say together. */
    Members members(String service, Gate gate, InstanceSink sink) {
        return new PlainMembers(service, this, gate, sink);
    }

    /** The node above, empty for that of a top-level node. */
    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
