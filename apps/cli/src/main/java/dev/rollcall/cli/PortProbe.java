package dev.rollcall.cli;

import dev.rollcall.Endpoint;
import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/** Asks whether something listens at a port, by connecting. */
record PortProbe(String host, int port) {
    private static final int CONNECT_MILLIS = 500;

    /** The hosts of a registry for which its URI gives a port. */
    static List<PortProbe> all(StoreUri registry) {
        return registry.hosts().stream()
                .filter(host -> host.matches(".*:[0-9]+"))
                .map(Endpoint::parse)
                .map(endpoint -> new PortProbe(endpoint.host(), endpoint.port()))
                .toList();
    }

    boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
