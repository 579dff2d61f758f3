package dev.rollcall.testing.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what a process prints and keeps the last lines of it; all of it goes to the log at debug level. Thread-safe. */
final class OutputTail {

    private static final Logger LOG = LoggerFactory.getLogger(OutputTail.class);
    private static final int MAX_LINES = 100;
    private static final int MAX_LINE_CHARS = 1_000;

    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private final Thread reader;

    OutputTail(String name, InputStream output) {
        reader = new Thread(() -> read(name, output), "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(String name, InputStream output) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                LOG.debug("{}: {}", name, line);
                add(line.length() > MAX_LINE_CHARS ? line.substring(0, MAX_LINE_CHARS) + "…" : line);
            }
        } catch (IOException closed) {
            LOG.trace("{}: output closed", name, closed);
        }
    }

    private synchronized void add(String line) {
        if (lines.size() == MAX_LINES) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    /** Waits until the process has closed its output, so that its last words are in the tail. */
    void awaitEnd(long millis) {
        try {
            reader.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized String text() {
        return String.join("\n", lines);
    }
}
