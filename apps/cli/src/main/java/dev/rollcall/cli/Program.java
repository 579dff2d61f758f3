package dev.rollcall.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program that runs as a child process, with this process's standard input, output and error. */
final class Program {
    private static final Duration KILL_COMMAND_LIMIT = Duration.ofSeconds(5);
    private static final Path OWN_STAT = Path.of("/proc/self/stat");
    private static final int PROCESS_GROUP = 2;
    private static final int FOREGROUND_GROUP = 5;

    private final Process process;

    private Program(Process process) {
        this.process = process;
    }

    static Program start(List<String> command) {
        try {
            return new Program(new ProcessBuilder(command).inheritIO().start());
        } catch (IOException e) {
            String name = command.get(0);
            boolean denied = String.valueOf(e.getMessage()).contains("error=13");
            throw new CommandFailedException(
                    denied ? ExitCode.NOT_EXECUTABLE : ExitCode.NOT_FOUND,
                    denied
                            ? "can't execute " + name + ": permission denied."
                            : "can't start " + name + ": not found. Give a path, or a name on PATH.",
                    e);
        }
    }

    CompletableFuture<Integer> exited() {
        return process.onExit().thenApply(Process::exitValue);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it ends; the exit code is a signal's number plus 128 where a signal ended it. */
    int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    /** Waits for so long until it ends, and tells whether it did. */
    boolean waitFor(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Passes a signal on. A Ctrl-C goes to all processes of the terminal's foreground group, so that the program has had it
     * already, and many programs take a second one for impatience.
     */
    void send(Signals signal) {
        if (!process.isAlive() || (signal == Signals.INT && isInForeground())) {
            return;
        }
        try {
            // The JDK knows SIGTERM and SIGKILL alone. A shell has kill built in; not every system has the program.
            Process kill = new ProcessBuilder(
                            "sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal.name(), Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            kill.waitFor(KILL_COMMAND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isInForeground() {
        try {
            String stat = Files.readString(OWN_STAT);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[PROCESS_GROUP].equals(fields[FOREGROUND_GROUP]);
        } catch (IOException | IndexOutOfBoundsException e) {
            return false; // no such file on this system: better twice than never
        }
    }
}
