package dev.rollcall.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A registry that runs in this process until it is closed, and that others connect to as to any ZooKeeper server: {@link
 * #uri()}. Durable: started again on the same directory it knows what it knew, and sessions that didn't expire go on. Thread-safe.
 *
 * <p>It has no password: whoever can connect may do everything. By default that is this machine alone.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    /** The loopback address. */
    public static final String LOOPBACK = "127.0.0.1";

    private final ServerDirectory directory;
    private final Server server;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedRegistry(ServerDirectory directory, Server server) {
        this.directory = directory;
        this.server = server;
    }

    /** Starts one on {@value #LOOPBACK}; see {@link #start(Path, int, String)}. */
    public static EmbeddedRegistry start(Path directory, int port) throws IOException {
        return start(directory, port, LOOPBACK);
    }

    /**
     * Starts a registry and returns when it serves, which takes about half a second.
     *
     * @param directory where its data are, made when it is absent. Locked against a second registry
     * @param port 1 to 65535; or 0 for the one that the registry in this directory had last, or any that is free
     * @param host the name or address to listen on; {@code 0.0.0.0} for all of this machine's
     * @throws IOException if the directory or the port can't be used, or is in use; the message says which
     * @throws IllegalArgumentException if the port is out of range
     */
    public static EmbeddedRegistry start(Path directory, int port, String host) throws IOException {
        requireNonNull(host, "host");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
        ServerDirectory locked = ServerDirectory.lock(directory);
        try {
            Server server = Server.start(locked, port, host);
            locked.publishPort(server.port());
            return new EmbeddedRegistry(locked, server);
        } catch (IOException | RuntimeException e) {
            locked.close();
            throw e;
        }
    }

    /** Where to connect from this machine, such as {@code zookeeper://127.0.0.1:2181}. */
    public String uri() {
        return "zookeeper://" + server.endpoint();
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** Where to connect from this machine: {@code host:port}. */
    String endpoint() {
        return server.endpoint();
    }

    /** Stops it and unlocks the directory; its data stay. Idempotent. Waits until it has stopped. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.close();
            directory.close();
        }
    }

    @Override
    public String toString() {
        return uri() + " in " + directory;
    }
}
