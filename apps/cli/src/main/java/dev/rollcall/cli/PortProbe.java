package dev.rollcall.cli;

import dev.rollcall.Endpoint;
import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Asks whether something listens at a port, by connecting. */
record PortProbe(String host, int port) {
    private static final int CONNECT_MILLIS = 500;

    /** The first host of a registry whose URI gives a port. */
    static PortProbe of(StoreUri registry) {
        Endpoint endpoint = Endpoint.parse(registry.hosts().get(0));
        return new PortProbe(endpoint.host(), endpoint.port());
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
