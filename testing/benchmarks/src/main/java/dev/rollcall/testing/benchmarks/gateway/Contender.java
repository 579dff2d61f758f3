package dev.rollcall.testing.benchmarks.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** A process that takes requests, and what was measured of it. Not safe for use by many threads. */
final class Contender implements AutoCloseable {
    private static final Duration STARTING = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final String name;
    private final int port;
    private final Process process;
    private final List<Load> loads = new ArrayList<>();

    private Contender(String name, int port, Process process) {
        this.name = name;
        this.port = port;
        this.process = process;
    }

    /** Starts a process, and waits until it listens. */
    static Contender start(String name, int port, Path log, ProcessBuilder command)
            throws IOException, InterruptedException {
        Process process =
                command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Contender contender = new Contender(name, port, process);
        long deadline = System.nanoTime() + STARTING.toNanos();
        while (!contender.listens()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                contender.close();
                throw new IOException(name + " does not listen on " + port + "; what it said is in " + log);
            }
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
        return contender;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String name() {
        return name;
    }

    /** Gives it a turn. */
    Load turn(int connections, int seconds) throws IOException, InterruptedException {
        return Load.run(process, port, connections, seconds);
    }

    void record(Load load) {
        loads.add(load);
    }

    double[] figures(ToDoubleFunction<Load> figure) {
        return loads.stream().mapToDouble(figure).toArray();
    }

    long failed() {
        return loads.stream().mapToLong(Load::failed).sum();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
