package dev.rollcall.testing.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The servers of one store: a single node, or a cluster, on the loopback address of this machine. They end with this
 * JVM at the latest, and their data lies in a temporary folder that {@link #close()} removes. Thread-safe.
 */
public abstract class StoreServers implements AutoCloseable {

    private static final Duration LEADER_LIMIT = Duration.ofSeconds(30);
    private static final int START_ATTEMPTS = 5;
    private static final Set<StoreServers> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(StoreServers::close), "server shutdown"));
    }

    private final Path directory;
    private final List<Integer> ports = new ArrayList<>();
    private List<ServerNode> nodes = List.of();

    StoreServers(String store) {
        this(Directories.createTemporary("rollcall-" + store + "-"));
    }

    /** Servers whose files lie in a directory that is theirs, and is removed on close. */
    StoreServers(Path directory) {
        this.directory = directory;
    }

    /** Creates servers and starts them, with other ports when somebody else was quicker to take one. */
    static <S extends StoreServers> S start(Supplier<S> create) {
        for (int attempt = 1; ; attempt++) {
            S servers = create.get();
            OPEN.add(servers);
            try {
                ((StoreServers) servers).launch();
                return servers;
            } catch (PortTakenException e) {
                servers.close();
                if (attempt == START_ATTEMPTS) {
                    throw e;
                }
            } catch (RuntimeException | Error e) {
                servers.close();
                throw e;
            }
        }
    }

    /** The folder of these servers, removed on close. */
    final Path directory() {
        return directory;
    }

    /** A free port for these servers. */
    final int takePort() {
        int port = Ports.take();
        ports.add(port);
        return port;
    }

    /** Called once, by the constructor of each store. */
    final void nodes(List<ServerNode> all) {
        nodes = List.copyOf(all);
    }

    /** Whether a node that runs says that it leads; it must answer within a second or two. */
    abstract boolean leads(ServerNode node);

    /** What has to be in an empty store before anybody uses it. */
    void fillEmptyStore() {}

    /**
     * The connection string of these servers behind other endpoints, such as those of proxies.
     *
     * @param endpoints {@code host:port} each
     */
    public abstract String uri(List<String> endpoints);

    /** The connection string for all nodes, such as {@code etcd://127.0.0.1:2379,127.0.0.1:22379}. */
    public final String uri() {
        return uri(endpoints());
    }

    /** Where clients connect, {@code 127.0.0.1:port} for each node. */
    public final List<String> endpoints() {
        return nodes.stream().map(ServerNode::endpoint).toList();
    }

    /** All nodes, in the order of their names. */
    public final List<ServerNode> nodes() {
        return nodes;
    }

    /**
     * One node.
     *
     * @param index from 0
     */
    public final ServerNode node(int index) {
        return nodes.get(index);
    }

    /**
     * The node that leads now, once there is exactly one; the only node of a single server.
     *
     * @throws IllegalStateException when there is none within 30 s
     */
    public final ServerNode leader() {
        List<ServerNode> leaders = new ArrayList<>();
        boolean elected = Polling.until(LEADER_LIMIT, () -> {
            leaders.clear();
            nodes.stream().filter(node -> node.isRunning() && leads(node)).forEach(leaders::add);
            return leaders.size() == 1;
        });
        if (!elected) {
            throw new IllegalStateException("no single leader within " + LEADER_LIMIT.toSeconds() + " s: " + leaders);
        }
        return leaders.get(0);
    }

    /** The nodes that run and don't lead. */
    public final List<ServerNode> followers() {
        ServerNode leader = leader();
        return nodes.stream()
                .filter(node -> node.isRunning() && !node.equals(leader))
                .toList();
    }

    /** SIGKILL to all nodes. */
    public final void kill() {
        nodes.forEach(ServerNode::kill);
    }

    /** SIGTERM to all nodes. */
    public final void stop() {
        nodes.forEach(ServerNode::stop);
    }

    /** Kills the nodes that run, starts all with the same data on the same ports, and waits until they serve. */
    public final void restart() {
        kill();
        awaitStarted();
    }

    /** Kills all nodes, deletes their data, starts an empty store on the same ports, and waits until it serves. */
    public final void wipe() {
        nodes.forEach(ServerNode::killAndForget);
        launch();
    }

    /** SIGSTOP to all nodes: connections stay open and nothing is answered. */
    public final void pause() {
        nodes.forEach(ServerNode::pause);
    }

    /** SIGCONT to all nodes. */
    public final void resume() {
        nodes.forEach(ServerNode::resume);
    }

    /** Kills all nodes for good and removes their data; nothing happens the second time. */
    @Override
    public final void close() {
        if (OPEN.remove(this)) {
            Ports.giveBack(ports);
        }
        nodes.forEach(ServerNode::close);
        Directories.delete(directory);
    }

    private void launch() {
        awaitStarted();
        fillEmptyStore();
    }

    private void awaitStarted() {
        nodes.forEach(ServerNode::start);
        nodes.forEach(ServerNode::awaitReady);
    }

    @Override
    public String toString() {
        return uri();
    }
}
