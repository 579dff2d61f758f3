package dev.rollcall.tck;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What leaders write to, as the guide advises: it keeps the highest token that it has seen and refuses what comes with a lower one, and so judges an election without
 * asking any candidate. Other processes write by datagrams, which one thread takes in the order in which they come. Thread-safe.
 */
final class FencedResource implements AutoCloseable {
    private static final int LONGEST_WRITE = 200;

    private final DatagramSocket socket;
    private final Thread thread = new Thread(this::receive, "fenced resource");
    private final Set<String> heard = new HashSet<>();
    private final List<String> refused = new ArrayList<>();
    private Optional<Term> latest = Optional.empty();

    /**
     * What was accepted under one token.
     *
     * @param beganNanos when the first write under it came
     */
    record Term(String candidate, long token, long beganNanos) {}

    /** How another process writes to the resource. */
    static final class Writer {
        private final DatagramSocket socket;

        Writer(int port) throws IOException {
            socket = new DatagramSocket();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }

        /**
         * Writes once.
         *
         * @param token of whoever leads, 0 just to be heard of
         * @throws IOException once the resource is closed
         */
        void write(String candidate, long token) throws IOException {
            byte[] text = (token + " " + candidate).getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(text, text.length));
        }
    }

    private FencedResource(DatagramSocket socket) {
        this.socket = socket;
    }

    static FencedResource open() throws IOException {
        FencedResource resource =
                new FencedResource(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        resource.thread.setDaemon(true);
        resource.thread.start();
        return resource;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void receive() {
        DatagramPacket packet = new DatagramPacket(new byte[LONGEST_WRITE], LONGEST_WRITE);
        while (!socket.isClosed()) {
            try {
                packet.setLength(LONGEST_WRITE);
                socket.receive(packet);
            } catch (IOException closed) {
                return;
            }
            String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
            int space = text.indexOf(' ');
            take(text.substring(space + 1), Long.parseLong(text.substring(0, space)));
        }
    }

    private synchronized void take(String candidate, long token) {
        heard.add(candidate);
        if (token == 0) {
            return;
        }
        long highest = latest.map(Term::token).orElse(0L);
        if (token > highest) {
            latest = Optional.of(new Term(candidate, token, System.nanoTime()));
        } else if (token < highest || !latest.map(Term::candidate).equals(Optional.of(candidate))) {
            refused.add(candidate + " with " + token + " after " + latest);
        }
    }

    /** The latest term that it has accepted writes in. */
    synchronized Optional<Term> latest() {
        return latest;
    }

    /** Who has written anything, or said that it is there. */
    synchronized Set<String> heard() {
        return Set.copyOf(heard);
    }

    /** The writes that came too late: under a token lower than one seen before, or under another's. */
    synchronized List<String> refused() {
        return List.copyOf(refused);
    }

    @Override
    public void close() {
        socket.close();
    }
}
