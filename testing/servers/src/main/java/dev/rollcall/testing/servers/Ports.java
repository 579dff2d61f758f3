package dev.rollcall.testing.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Hands out free loopback ports below the range that the kernel uses for outgoing connections. A port from inside that
 * range is not safe while its server is down: another connection may take it, and a client that keeps dialling it will
 * sooner or later connect to itself.
 */
final class Ports {

    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static final int LOWEST = 12_000;
    private static final int DEFAULT_EPHEMERAL = 32_768;
    private static final int ATTEMPTS = 1_000;
    private static final Path EPHEMERAL_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    private static final Random RANDOM = new Random();
    private static final Set<Integer> TAKEN = new HashSet<>();
    private static final int HIGHEST = highest();

    /** A port that is free now and that this JVM gives to nobody else until it is returned. */
    static int take() {
        synchronized (TAKEN) {
            for (int i = 0; i < ATTEMPTS; i++) {
                int port = LOWEST + RANDOM.nextInt(HIGHEST - LOWEST);
                if (!TAKEN.contains(port) && isFree(port)) {
                    TAKEN.add(port);
                    return port;
                }
            }
        }
        throw new IllegalStateException("no free port between " + LOWEST + " and " + HIGHEST);
    }

    static void giveBack(Collection<Integer> ports) {
        synchronized (TAKEN) {
            TAKEN.removeAll(ports);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(LOOPBACK, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static int highest() {
        try {
            int ephemeral =
                    Integer.parseInt(Files.readString(EPHEMERAL_RANGE).strip().split("\\s+", -1)[0]);
            return ephemeral > LOWEST + ATTEMPTS ? ephemeral : DEFAULT_EPHEMERAL;
        } catch (IOException | NumberFormatException unknown) {
            return DEFAULT_EPHEMERAL;
        }
    }

    private Ports() {}
}
