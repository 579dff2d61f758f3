package dev.rollcall.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A line on standard error, if that is a terminal, which tells that something takes its time and is gone when it is over.
 * What is quick shows nothing. Safe for use by many threads.
 */
final class Progress implements AutoCloseable {
    private static final Duration QUICK = Duration.ofMillis(400);
    private static final Duration FRAME = Duration.ofMillis(100);
    private static final String FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private static final int BAR_CHARS = 20;
    private static final int MAX_TEXT_CHARS = 50;

    private final Terminal terminal;
    private final AtomicReference<String> text;
    private final Thread painter;

    private Progress(Terminal terminal, String text, boolean shown) {
        this.terminal = terminal;
        this.text = new AtomicReference<>(fit(text));
        painter = new Thread(this::paint, "rollcall-progress");
        painter.setDaemon(true);
        if (shown) {
            painter.start();
        }
    }

    static Progress start(Terminal terminal, String text, boolean shown) {
        return new Progress(terminal, text, shown);
    }

    /** What is being done now, as the step so and so of how many. */
    void step(int done, int of, String what) {
        int filled = of == 0 ? 0 : Math.min(BAR_CHARS, BAR_CHARS * done / of);
        text.set("[" + "█".repeat(filled) + "░".repeat(BAR_CHARS - filled) + "] " + fit(what));
    }

    @Override
    public void close() {
        painter.interrupt();
        try {
            painter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        terminal.showProgress("");
    }

    private void paint() {
        long startNanos = System.nanoTime();
        try {
            Thread.sleep(QUICK.toMillis());
            for (int frame = 0; ; frame = (frame + 1) % FRAMES.length()) {
                double seconds = (System.nanoTime() - startNanos) / 1e9;
                terminal.showProgress(
                        FRAMES.charAt(frame) + " " + text.get() + String.format(Locale.ROOT, ", %.1f s", seconds));
                Thread.sleep(FRAME.toMillis());
            }
        } catch (InterruptedException e) {
            // It is over.
        }
    }

    /** A line that is wider than the terminal could not be written over. */
    private static String fit(String text) {
        String line = Style.oneLine(text);
        return line.length() <= MAX_TEXT_CHARS ? line : line.substring(0, MAX_TEXT_CHARS - 1) + "…";
    }
}
