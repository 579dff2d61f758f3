package dev.rollcall.testing.servers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Sends back what it receives, one thread a connection. */
final class EchoServer implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final AtomicLong received = new AtomicLong();

    private final Thread acceptor;

    EchoServer() throws IOException {
        acceptor = inBackground(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    long received() {
        return received.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                clients.add(client);
                inBackground(() -> echo(client));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void echo(Socket client) {
        byte[] buffer = new byte[8_192];
        try (client) {
            InputStream in = client.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                received.addAndGet(count);
                client.getOutputStream().write(buffer, 0, count);
            }
        } catch (IOException closed) {
            // the client, or the test, ended it
        }
        clients.remove(client);
    }

    private static Thread inBackground(Runnable task) {
        Thread thread = new Thread(task, "echo");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** A thread inside accept() keeps the port open for a moment after the close, so this waits for it. */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket client : clients) {
            client.close();
        }
    }
}
