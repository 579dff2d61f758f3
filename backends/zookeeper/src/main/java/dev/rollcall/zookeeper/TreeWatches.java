package dev.rollcall.zookeeper;

import dev.rollcall.spi.BackendContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;

/**
 * Everything that is being followed, and what all of it shares: one watcher, the bounds on requests under way. Passes each
 * event to those whom it concerns. Thread-safe.
 */
final class TreeWatches {
    private static final int MAX_LISTING = 16;
    private static final int MAX_EVENT_READS = 256;

    private final BackendContext context;
    private final Connection connection;
    private final Deadlines deadlines;
    private final Failures failures;
    private final Set<String> roots;
    private final String configRoot;
    private final Window lists = new Window(MAX_LISTING);
    private final Window eventReads = new Window(MAX_EVENT_READS);
    private final Watcher watcher = this::event;
    private final Map<String, List<Follower>> followers = new ConcurrentHashMap<>();

    TreeWatches(
            BackendContext context,
            Connection connection,
            Deadlines deadlines,
            Failures failures,
            List<Layout> layouts,
            String configRoot) {
        this.context = context;
        this.connection = connection;
        this.deadlines = deadlines;
        this.failures = failures;
        this.roots = layouts.stream().map(Layout::root).collect(Collectors.toUnmodifiableSet());
        this.configRoot = configRoot;
    }

    BackendContext context() {
        return context;
    }

    Connection connection() {
        return connection;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Failures failures() {
        return failures;
    }

    /** The node below which configuration is. */
    String configRoot() {
        return configRoot;
    }

    /** Bounds the requests that lists are made of. */
    Window lists() {
        return lists;
    }

    /** Bounds the requests that events cause; apart from the lists', so that a long list delays no change. */
    Window eventReads() {
        return eventReads;
    }

    /** How long to wait before a list that many clients want to make at this moment. On the loop only. */
    Duration jitter() {
        return Duration.ofNanos(
                context.random().nextLong(context.backoff().first().toNanos() + 1));
    }

    void add(Follower follower) {
        followers.compute(follower.path, (path, present) -> {
            List<Follower> following = present == null ? new CopyOnWriteArrayList<>() : present;
            following.add(follower);
            return following;
        });
        follower.start();
    }

    /** Ends the server's watch with the last follower. */
    void remove(Follower follower) {
        followers.computeIfPresent(follower.path, (path, following) -> {
            following.remove(follower);
            return following.isEmpty() ? null : following;
        });
        unwatchUnlessFollowed(follower.path);
    }

    /** Under the map's lock, so that it can't end the watch of one that is just being added. */
    void unwatchUnlessFollowed(String path) {
        followers.computeIfAbsent(path, unfollowed -> {
            Session session = connection.current();
            if (session != null) {
                session.unwatchTree(unfollowed);
            }
            return null;
        });
    }

    void watch(Session session, String path, Reply<String> reply) {
        session.watchTree(path, watcher, deadlines.limit(reply));
    }

    /** Ends all calls to sinks. */
    void close() {
        followers.values().forEach(following -> following.forEach(follower -> follower.gate.close()));
        followers.clear();
    }

    private void event(WatchedEvent event) {
        Watcher.Event.EventType type = event.getType();
        switch (type) {
            case NodeCreated, NodeDeleted, NodeDataChanged -> {
                dispatchInstance(type, event.getPath(), event.getZxid());
                if (type != Watcher.Event.EventType.NodeDataChanged) {
                    dispatchService(event.getPath());
                }
                dispatchConfig(type, event.getPath(), event.getZxid());
                dispatchClaims(event.getPath());
            }
            default -> {}
        }
    }

    private void dispatchInstance(Watcher.Event.EventType type, String path, long zxid) {
        String parent = Layout.parent(path);
        for (Follower follower : followers.getOrDefault(parent, List.of())) {
            if (follower instanceof InstanceWatch instances) {
                instances.event(type, path.substring(parent.length() + 1), zxid);
            }
        }
    }

    private void dispatchService(String path) {
        for (String root : roots) {
            if (path.startsWith(root)) {
                for (Follower follower : followers.getOrDefault(root, List.of())) {
                    if (follower instanceof ServiceWatch services) {
                        services.event(path);
                    }
                }
            }
        }
    }

    /** To those who follow the node, or one above it. */
    private void dispatchConfig(Watcher.Event.EventType type, String node, long zxid) {
        if (!(node + "/").startsWith(configRoot + "/")) {
            return;
        }
        for (String path = node; path.length() >= configRoot.length(); path = Layout.parent(path)) {
            for (Follower follower : followers.getOrDefault(path, List.of())) {
                if (follower instanceof ConfigWatch config) {
                    config.event(type, node, zxid);
                }
            }
        }
    }

    /** To those who follow the line that the node is in. */
    private void dispatchClaims(String node) {
        for (Follower follower : followers.getOrDefault(Layout.parent(node), List.of())) {
            if (follower instanceof ClaimWatch line) {
                line.event();
            }
        }
    }
}
