package dev.rollcall.health;

import dev.rollcall.Instance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Passes if a program exits with 0. At the timeout the program is killed, and so are those that it started and that still
 * have it as their ancestor. Immutable.
 *
 * <p>The program gets no input; of its output the first 4 KiB are read, of which the report shows the first line, and the
 * rest is thrown away. Its environment is this JVM's, with the variables {@code ROLLCALL_SERVICE}, {@code ROLLCALL_ID},
 * {@code ROLLCALL_HOST} and {@code ROLLCALL_PORT} of the instance. What it leaves running in the background when it exits by itself is
 * its own affair.
 */
public final class CommandProbe implements Probe {
    private static final int MAX_OUTPUT_BYTES = 4 << 10;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 20;

    private final List<String> command;

    private CommandProbe(List<String> command) {
        this.command = command;
    }

    /**
     * A probe that runs a program, without a shell.
     *
     * @param command the program and its arguments: one or more
     */
    public static CommandProbe of(List<String> command) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("command: nothing (expected: a program and its arguments)");
        }
        return new CommandProbe(List.copyOf(command));
    }

    @Override
    public ProbeResult probe(Instance instance, Duration timeout) throws InterruptedException {
        long startNanos = System.nanoTime();
        String what = "running " + command.get(0) + ": ";
        Process process;
        try {
            process = start(instance);
        } catch (IOException e) {
            return ProbeResult.failed(what + Timeouts.reason(e));
        }
        try {
            Output output = new Output(process.getInputStream());
            if (!awaitExit(process, output, startNanos, timeout)) {
                return ProbeResult.failed(what + "still running after " + Timeouts.shown(timeout) + ", killed");
            }
            output.read();
            int exitCode = process.exitValue();
            String line = output.firstLine();
            String detail = what + "exit code " + exitCode + (line.isEmpty() ? "" : ": " + line);
            return exitCode == 0 ? ProbeResult.passed(detail) : ProbeResult.failed(detail);
        } catch (IOException e) {
            return ProbeResult.failed(what + Timeouts.reason(e));
        } finally {
            kill(process);
        }
    }

    private Process start(Instance instance) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("ROLLCALL_SERVICE", instance.service());
        environment.put("ROLLCALL_ID", instance.id());
        environment.put("ROLLCALL_HOST", instance.endpoint().host());
        environment.put("ROLLCALL_PORT", Integer.toString(instance.endpoint().port()));
        Process process = builder.start();
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            kill(process);
            throw e;
        }
        return process;
    }

    /**
     * Reads what is there while it waits, on this one thread: a program that writes without end must not stop for want of
     * a reader, and a background process that keeps the pipe open must not be waited for.
     */
    private static boolean awaitExit(Process process, Output output, long startNanos, Duration timeout)
            throws IOException, InterruptedException {
        long pause = FIRST_PAUSE_MILLIS;
        while (System.nanoTime() - startNanos < timeout.toNanos()) {
            pause = output.read() ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            if (process.waitFor(pause, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return false;
    }

    private static void kill(Process process) {
        if (process.isAlive()) {
            // Looked up before the parent dies, as its children belong to another after that.
            List<ProcessHandle> descendants = process.descendants().toList();
            process.destroyForcibly();
            descendants.forEach(ProcessHandle::destroyForcibly);
        }
        try {
            process.getInputStream().close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public String toString() {
        return "command " + command.get(0);
    }

    /** The beginning of what a program writes. */
    private static final class Output {
        private final InputStream stream;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private final byte[] first = new byte[MAX_OUTPUT_BYTES];
        private int size;

        Output(InputStream stream) {
            this.stream = stream;
        }

        /** Reads what is there without waiting for more; false if there is nothing. */
        boolean read() throws IOException {
            int available = stream.available();
            if (available <= 0) {
                return false;
            }
            int count = stream.read(buffer, 0, Math.min(available, buffer.length));
            int kept = Math.max(0, Math.min(count, first.length - size));
            System.arraycopy(buffer, 0, first, size, kept);
            size += kept;
            return count > 0;
        }

        String firstLine() {
            String text = new String(Arrays.copyOf(first, size), StandardCharsets.UTF_8);
            return text.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .orElse("");
        }
    }
}
