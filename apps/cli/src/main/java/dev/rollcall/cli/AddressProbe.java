package dev.rollcall.cli;

import dev.rollcall.spi.Finding;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Whether an address exists, and somebody listens there. */
record AddressProbe(String host, int port, Duration timeout) {
    /** Of those schemes whose hosts may be written without a port. */
    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("etcd", 2379, "zookeeper", 2181, "consul", 8500);

    static AddressProbe of(String written, String scheme, Duration timeout) {
        int colon = written.lastIndexOf(':');
        boolean port = colon > written.lastIndexOf(']');
        String host = port ? written.substring(0, colon) : written;
        return new AddressProbe(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port ? Integer.parseInt(written.substring(colon + 1)) : DEFAULT_PORTS.getOrDefault(scheme, 0),
                timeout);
    }

    Finding examine() {
        long start = System.nanoTime();
        try (Socket socket = connect()) {
            return Finding.ok(
                    "address",
                    String.format(
                            Locale.ROOT,
                            "%s accepts connections, %.1f ms",
                            socket.getInetAddress().getHostAddress(),
                            (System.nanoTime() - start) / 1e6));
        } catch (UnknownHostException e) {
            return Finding.fail("address", "no such host: " + host, "correct the name in the URI, or see to the DNS");
        } catch (ConnectException e) {
            return Finding.fail(
                    "address",
                    "nothing listens there: " + e.getMessage(),
                    "start the server, or correct the address in the URI");
        } catch (SocketTimeoutException e) {
            return Finding.fail(
                    "address",
                    "no answer within " + timeout.toMillis() + " ms",
                    "see whether the machine is up, and a firewall lets port " + port + " through");
        } catch (IOException e) {
            return Finding.fail("address", "can't connect: " + e.getMessage(), "see to the network");
        }
    }

    /** A connection, on which nothing takes longer than the timeout either. */
    Socket connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), (int) timeout.toMillis());
            socket.setSoTimeout((int) timeout.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
