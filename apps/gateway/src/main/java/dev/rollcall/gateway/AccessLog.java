package dev.rollcall.gateway;

import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request, written by a thread of its own, so that a slow disk or terminal holds up no request. When the thread can't keep
 * up, lines are dropped and counted. Safe for use by many threads.
 */
final class AccessLog implements AutoCloseable {
    private static final int MAX_WAITING = 8_192;
    private static final int MAX_SHOWN_CHARS = 512;
    private static final Logger LOG = LoggerFactory.getLogger("dev.rollcall.gateway.access");

    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final LongAdder dropped = new LongAdder();
    private final Consumer<String> target;
    private final Supplier<Boolean> wanted;
    private final Thread writer;

    private AccessLog(Consumer<String> target, Supplier<Boolean> wanted) {
        this.target = target;
        this.wanted = wanted;
        this.writer = new Thread(this::write, "rollcall-gateway-access-log");
        writer.setDaemon(true);
        writer.start();
    }

    /** To the logger {@code dev.rollcall.gateway.access}, at level info. */
    static AccessLog toLogger() {
        return new AccessLog(LOG::info, LOG::isInfoEnabled);
    }

    static AccessLog to(Consumer<String> target) {
        return new AccessLog(target, () -> true);
    }

    /** Whether somebody wants lines at all. */
    boolean isWanted() {
        return wanted.get();
    }

    void add(String line) {
        if (!waiting.offer(line)) {
            dropped.increment();
        }
    }

    /** How many lines were dropped. */
    long dropped() {
        return dropped.sum();
    }

    private void write() {
        try {
            while (true) {
                target.accept(waiting.take());
            }
        } catch (InterruptedException e) {
            // Closed: what still waits goes out first.
            for (String line = waiting.poll(); line != null; line = waiting.poll()) {
                target.accept(line);
            }
        }
    }

    @Override
    public void close() {
        writer.interrupt();
        try {
            writer.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A client's text on one line of bounded length, without the query, which may hold secrets. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_SHOWN_CHARS));
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '?') {
                return shown.append("?…").toString();
            }
            if (shown.length() >= MAX_SHOWN_CHARS) {
                return shown.append('…').toString();
            }
            shown.append(c > ' ' && c != 0x7f && !Character.isISOControl(c) ? c : '_');
        }
        return shown.toString();
    }

    static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
    }
}
