package dev.rollcall.testing.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One server of a store: a process with a folder of data and a fixed client port, which can die and come back.
 * Thread-safe; what is asked of one node happens in turn.
 */
public final class ServerNode {

    private static final Duration READY_LIMIT = Duration.ofSeconds(60);

    /**
     * What makes a node.
     *
     * @param directory its own folder, which lasts until the servers are closed
     * @param data the part of it that a wipe deletes
     * @param prepare makes the data folder when it is absent
     * @param answers whether the server serves clients, without ever waiting long
     * @param replaceable whether the others take it back once its data is gone
     */
    record Plan(
            String name,
            int port,
            Path directory,
            Path data,
            List<String> command,
            Runnable prepare,
            BooleanSupplier answers,
            boolean replaceable) {}

    private final Plan plan;
    private @Nullable ServerProcess process;
    private boolean paused;
    private boolean closed;

    ServerNode(Plan plan) {
        this.plan = plan;
    }

    /** A name that is unique among the nodes of its servers, such as {@code etcd-0}. */
    public String name() {
        return plan.name();
    }

    /** The port for clients, on the loopback address. It stays the same through restarts. */
    public int port() {
        return plan.port();
    }

    /** Where clients connect: {@code 127.0.0.1:port}. */
    public String endpoint() {
        return "127.0.0.1:" + plan.port();
    }

    /** Whether the process lives, be it ready, starting or paused. */
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Whether the node is alive and not paused, so that asking it something makes sense. */
    synchronized boolean isRunning() {
        return isAlive() && !paused;
    }

    /**
     * The id of the process.
     *
     * @throws IllegalStateException when it does not run
     */
    public synchronized long pid() {
        return alive().pid();
    }

    /** The last hundred lines that the server printed since it was last started; for messages. */
    public synchronized String output() {
        return process == null ? "" : process.output();
    }

    /** Starts the process when it does not run, with the data it had, and returns without waiting for it to serve. */
    public synchronized void start() {
        if (closed) {
            throw new IllegalStateException(name() + " is closed");
        }
        if (!isAlive()) {
            plan.prepare().run();
            process = ServerProcess.start(name(), plan.command(), plan.directory());
            paused = false;
        }
    }

    /**
     * Waits until the server serves clients. In a cluster that takes a majority of running nodes.
     *
     * @throws IllegalStateException with the last lines of its output, when it ended or is not ready within 60 s
     */
    public void awaitReady() {
        boolean ready =
                Polling.until(READY_LIMIT, () -> !isAlive() || plan.answers().getAsBoolean());
        if (ready && isAlive()) {
            return;
        }
        String output = output();
        String what = name() + (ready ? " ended" : " was not ready within " + READY_LIMIT.toSeconds() + " s")
                + "; it ran as\n" + String.join(" ", plan.command()) + "\nand last printed\n" + output;
        throw ready && PortTakenException.explains(output)
                ? new PortTakenException(what)
                : new IllegalStateException(what);
    }

    /** SIGKILL: the node dies at once and cleans up nothing. Nothing happens when it is dead already. */
    public synchronized void kill() {
        if (process != null) {
            process.kill();
        }
    }

    /** SIGTERM: the node ends in order. Nothing happens when it is dead already; a paused node goes on first. */
    public synchronized void stop() {
        if (isAlive()) {
            resume();
            alive().stop();
        }
    }

    /** Kills the node when it runs, starts it with the same data on the same port, and waits until it serves. */
    public void restart() {
        kill();
        start();
        awaitReady();
    }

    /**
     * Kills the node, deletes its data, starts it on the same port, and waits until it serves.
     *
     * @throws UnsupportedOperationException for one node of an etcd cluster, which does not take back a member that
     *     lost its data; wipe the whole cluster
     */
    public void wipe() {
        if (!plan.replaceable()) {
            throw new UnsupportedOperationException(
                    name() + ": the others would not take it back without its data; wipe all of them");
        }
        killAndForget();
        start();
        awaitReady();
    }

    /** Kills the node and deletes its data. */
    synchronized void killAndForget() {
        kill();
        Directories.delete(plan.data());
    }

    /**
     * SIGSTOP: the process keeps its connections and answers nothing, as if cut off or in a very long pause.
     *
     * @throws IllegalStateException when it does not run
     */
    public synchronized void pause() {
        alive().pause();
        paused = true;
    }

    /**
     * SIGCONT: the process goes on after a pause; nothing happens when it was not paused.
     *
     * @throws IllegalStateException when it does not run
     */
    public synchronized void resume() {
        ServerProcess running = alive();
        if (paused) {
            running.resume();
            paused = false;
        }
    }

    /** Kills the node for good. */
    synchronized void close() {
        closed = true;
        kill();
    }

    private ServerProcess alive() {
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException(name() + " does not run; start() or restart() it first");
        }
        return process;
    }

    @Override
    public String toString() {
        return name() + " at " + endpoint();
    }
}
