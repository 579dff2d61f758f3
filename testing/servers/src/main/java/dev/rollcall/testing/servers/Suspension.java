package dev.rollcall.testing.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Suspends processes, which keep their connections and do nothing, as in a very long pause. */
final class Suspension {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Suspension() {}

    /** SIGSTOP; waits until it has stopped. */
    static void begin(long pid) {
        signal("STOP", pid);
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (Files.exists(stat) && !Polling.until(LIMIT, () -> isStopped(stat))) {
            throw new IllegalStateException("process " + pid + " did not stop on SIGSTOP");
        }
    }

    /** SIGCONT. */
    static void end(long pid) {
        signal("CONT", pid);
    }

    private static boolean isStopped(Path stat) {
        try {
            String text = Files.readString(stat);
            return text.startsWith("T", text.lastIndexOf(')') + 2);
        } catch (IOException gone) {
            return true;
        }
    }

    private static void signal(String signal, long pid) {
        if (!ServerProcess.succeeds("sh", "-c", "kill -" + signal + " " + pid)) {
            throw new IllegalStateException("cannot send SIG" + signal + " to process " + pid);
        }
    }
}
