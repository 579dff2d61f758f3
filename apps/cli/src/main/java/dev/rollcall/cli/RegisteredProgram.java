package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ties a registration to the life of a program. */
final class RegisteredProgram {
    private static final Duration PROBE_PAUSE = Duration.ofMillis(25);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Supplier<Registration> registering;
    private final Instance instance;
    private final Limits limits;
    private final StateReport report;
    private final Consumer<String> lines;

    /** Set under this object's lock; a program that was asked to leave is not registered any more. */
    private @Nullable Registration registration;

    private boolean leaving;

    /**
     * How long leaving may take.
     *
     * @param drain from the mark until the removal
     * @param removal how long the registry may take to confirm the removal
     */
    record Limits(Duration drain, Duration removal) {}

    RegisteredProgram(
            Supplier<Registration> registering,
            Instance instance,
            Limits limits,
            StateReport report,
            Consumer<String> lines) {
        this.registering = registering;
        this.instance = instance;
        this.limits = limits;
        this.report = report;
        this.lines = lines;
    }

    /** Runs the program to its end and returns its exit code. */
    int run(List<String> command, PortProbe probe) throws InterruptedException {
        // Before the program starts, so that no signal can end this process and leave the program alone.
        CompletableFuture<Program> started = new CompletableFuture<>();
        Signals.TERM.handle(() -> leave(started.join(), Signals.TERM));
        Signals.INT.handle(() -> leave(started.join(), Signals.INT));
        // To many programs this one means "read your configuration again"; where it means the end, that deregisters.
        Signals.HUP.handle(() -> started.join().send(Signals.HUP));
        Program program = Program.start(command);
        started.complete(program);
        awaitPort(program, probe);
        int exitCode = program.waitFor();
        deregister();
        return exitCode;
    }

    private void awaitPort(Program program, PortProbe probe) throws InterruptedException {
        long patientUntil = System.nanoTime() + PATIENCE.toNanos();
        boolean patient = true;
        while (!isLeaving() && !program.waitFor(PROBE_PAUSE)) {
            if (probe.accepts() && program.isAlive()) {
                register();
                return;
            }
            if (patient && System.nanoTime() - patientUntil > 0) {
                patient = false;
                lines.accept("not registered yet: " + probe + " has not accepted a connection for "
                        + PATIENCE.toSeconds() + " s, trying on (--port and --host say where the program listens)");
            }
        }
    }

    private synchronized boolean isLeaving() {
        return leaving;
    }

    private void register() {
        synchronized (this) {
            if (leaving) {
                return;
            }
            registration = registering.get();
        }
        registration.listen(report);
        registration.listenHealth(new HealthLines(lines));
    }

    /** Deregisters, then passes the signal on; the second time without waiting. On a signal's thread. */
    private void leave(Program program, Signals signal) {
        Registration entry;
        synchronized (this) {
            entry = leaving ? null : registration;
            leaving = true;
        }
        try {
            if (entry != null) {
                lines.accept("SIG" + signal + ": deregistering first");
                boolean removed = Deregistration.confirmed(
                        entry.drain(limits.drain()), limits.drain().plus(limits.removal()));
                lines.accept(removed ? "deregistered" : Deregistration.unconfirmed(instance));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        program.send(signal);
    }

    private void deregister() throws InterruptedException {
        Registration entry;
        boolean told;
        synchronized (this) {
            entry = registration;
            told = leaving;
            leaving = true;
        }
        if (entry != null) {
            boolean removed = Deregistration.confirmed(entry.closeAsync(), limits.removal());
            if (!told) {
                lines.accept(removed ? "the program ended; deregistered" : Deregistration.unconfirmed(instance));
            }
        }
    }
}
