package dev.rollcall.testing.servers;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * A TCP proxy on the loopback address that can break: between a client and a server it drops, holds back or delays what
 * passes. Every fault is in force for all connections, also new ones, when the method that makes it returns.
 *
 * <p>One thread serves all connections. Each direction of a connection holds back at most 4 MiB; after that the sender is slowed down as by any receiver that does not read. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

    /** Which way bytes go. */
    public enum Direction {
        /** From the one who connected to the one behind the proxy. */
        CLIENT_TO_SERVER,
        /** From the one behind the proxy to the one who connected. */
        SERVER_TO_CLIENT
    }

    private final ProxyLoop loop;
    private final int port;

    private TcpProxy(InetSocketAddress target) {
        port = Ports.take();
        loop = new ProxyLoop(new InetSocketAddress(Ports.LOOPBACK, port), target);
        loop.run(loop::listen);
    }

    /**
     * A proxy in front of a server, which need not run yet.
     *
     * @param endpoint {@code host:port}
     */
    public static TcpProxy to(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        if (colon < 1 || !endpoint.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("endpoint: " + endpoint + " (expected: host:port)");
        }
        return new TcpProxy(
                new InetSocketAddress(endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1))));
    }

    /** A proxy in front of each node, in their order. */
    public static List<TcpProxy> inFrontOf(StoreServers servers) {
        return servers.endpoints().stream().map(TcpProxy::to).toList();
    }

    /** Where clients connect: {@code 127.0.0.1:port}. It never changes. */
    public String endpoint() {
        return "127.0.0.1:" + port;
    }

    /** The port where clients connect, on the loopback address. */
    public int port() {
        return port;
    }

    /** Resets all connections and refuses new ones, like a server that died; {@link #heal()} ends it. */
    public void cut() {
        loop.run(() -> {
            loop.refuse();
            loop.resetAll();
        });
    }

    /** Resets the connections that are open now, once; new ones are welcome. */
    public void reset() {
        loop.run(loop::resetAll);
    }

    /**
     * A black hole: connections stay open, new ones are accepted, and nothing passes either way, not even the end of a
     * connection. {@link #thaw()} ends it, and what was held back then passes.
     */
    public void freeze() {
        loop.run(() -> loop.faults().frozen = true);
    }

    /** Ends a freeze and leaves other faults as they are. */
    public void thaw() {
        loop.run(() -> loop.faults().frozen = false);
    }

    /**
     * Delays both directions, each by this much.
     *
     * @param delay from zero to an hour
     */
    public void delay(Duration delay) {
        for (Direction direction : Direction.values()) {
            delay(direction, delay);
        }
    }

    /**
     * Delays one direction. The order of the bytes stays; bytes that are under way get the new delay as well.
     *
     * @param delay from zero to an hour
     */
    public void delay(Direction direction, Duration delay) {
        if (delay.isNegative() || delay.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("delay: " + delay + " (expected: from zero to one hour)");
        }
        loop.run(() -> loop.faults().oneWay(direction).delayNanos = delay.toNanos());
    }

    /** Holds back all bytes of one direction until {@link #release(Direction)}. */
    public void hold(Direction direction) {
        holdFrom(direction, bytes -> true);
    }

    /**
     * Watches one direction and, on each connection, holds back the bytes from the first chunk on that matches, until
     * {@link #release(Direction)}. So a request can be kept from arriving until a test has changed something.
     *
     * @param match is asked, on the proxy's thread, about each chunk just as it was read: up to 64 KiB, cut wherever the
     *     network cut it. It gets a read-only buffer of its own.
     */
    public void holdFrom(Direction direction, Predicate<ByteBuffer> match) {
        loop.run(() -> loop.faults().oneWay(direction).match = match);
    }

    /** Lets pass what was held back in one direction, in order, and holds back nothing more. */
    public void release(Direction direction) {
        loop.run(() -> {
            loop.faults().oneWay(direction).match = null;
            loop.links().forEach(link -> link.flow(direction).release());
        });
    }

    /** Ends all faults: new connections are welcome, what was held back passes, without delay. */
    public void heal() {
        loop.run(() -> {
            loop.faults().clear();
            loop.links().forEach(Link::release);
            loop.listen();
        });
    }

    /** How many bytes were read and not passed on, because of a fault or a slow receiver. */
    public long heldBytes(Direction direction) {
        return loop.call(() -> loop.links().stream()
                .mapToLong(link -> link.flow(direction).queuedBytes())
                .sum());
    }

    /** How many connections of clients are open. */
    public int connections() {
        return loop.call(() -> loop.links().size());
    }

    /** How many connections were accepted since the proxy began. */
    public long accepted() {
        return loop.call(loop::accepted);
    }

    /** Resets all connections and frees the port; nothing happens the second time. */
    @Override
    public void close() {
        if (loop.close()) {
            Ports.giveBack(List.of(port));
        }
    }

    @Override
    public String toString() {
        return endpoint() + " -> " + loop.target();
    }
}
