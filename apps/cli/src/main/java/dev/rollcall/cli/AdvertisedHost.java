package dev.rollcall.cli;

import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;

/** Guesses the address by which others reach this machine: the one with which it reaches the registry. */
final class AdvertisedHost {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int ANY_PORT = 9;

    private AdvertisedHost() {}

    /** An IP address without brackets; the loopback address when the registry is on this machine or nothing better is known. */
    static String towards(StoreUri registry) {
        for (String host : registry.hosts()) {
            // Connecting a datagram socket only asks the routing table; nothing is sent.
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(new InetSocketAddress(InetAddress.getByName(hostOf(host)), ANY_PORT));
                InetAddress local = socket.getLocalAddress();
                return local.isLoopbackAddress() || local.isAnyLocalAddress() ? LOOPBACK : text(local);
            } catch (IOException e) {
                // Unknown or unreachable: another host of the registry may be known.
            }
        }
        return LOOPBACK;
    }

    /** Where a program of this machine listens that others reach at this host: there, or behind an address translation on loopback. */
    static String probed(String advertised) {
        try {
            InetAddress address = InetAddress.getByName(advertised);
            return NetworkInterface.getByInetAddress(address) == null ? LOOPBACK : advertised;
        } catch (IOException e) {
            return LOOPBACK;
        }
    }

    private static String hostOf(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        String host = colon > hostAndPort.lastIndexOf(']') ? hostAndPort.substring(0, colon) : hostAndPort;
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = address instanceof Inet6Address ? text.indexOf('%') : -1;
        return scope < 0 ? text : text.substring(0, scope);
    }
}
