package dev.rollcall.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Help.Ansi;

/**
 * Where the command writes: results to standard output, everything else to standard error, both in UTF-8 whatever the
 * locale. Safe for use by many threads.
 */
final class Terminal {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String ERASED_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean colours;
    private final boolean errColours;
    private final boolean errIsTerminal;
    private final Object errLock = new Object();
    private boolean progressShown;

    Terminal(OutputStream out, OutputStream err, boolean colours) {
        this(out, err, colours, colours, colours);
    }

    /**
     * A terminal.
     *
     * @param colours whether results are coloured
     * @param errColours whether help on standard error is
     * @param errIsTerminal whether standard error is a terminal on which a line can be written over
     */
    Terminal(OutputStream out, OutputStream err, boolean colours, boolean errColours, boolean errIsTerminal) {
        this.out = new PrintStream(new BufferedOutputStream(out, BUFFER_BYTES), false, StandardCharsets.UTF_8);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
        this.colours = colours;
        this.errColours = errColours;
        this.errIsTerminal = errIsTerminal;
    }

    static Terminal ofThisProcess() {
        // A JVM can't tell whether its standard output or error alone is a terminal; the launcher can.
        String noColor = System.getenv("NO_COLOR");
        boolean dumb = "dumb".equals(System.getenv("TERM"));
        boolean coloured = (noColor == null || noColor.isEmpty()) && !dumb;
        boolean errIsTerminal = Boolean.getBoolean("rollcall.terminal.err") && !dumb;
        return new Terminal(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                coloured && Boolean.getBoolean("rollcall.terminal"),
                coloured && errIsTerminal,
                errIsTerminal);
    }

    boolean colours() {
        return colours;
    }

    /** Whether help on standard error is coloured. */
    Ansi errColours() {
        return errColours ? Ansi.ON : Ansi.OFF;
    }

    /** Writes a line of the result, which may wait in a buffer until {@link #flush}. */
    void line(String text) {
        out.print(text + "\n");
    }

    /** Writes a part of the result as it is. */
    void text(String text) {
        out.print(text);
    }

    /**
     * Brings what was written to the reader.
     *
     * @throws OutputClosedException when there is none any more
     */
    void flush() {
        if (!errIsTerminal) {
            flushResult();
            return;
        }
        synchronized (errLock) {
            // where both are one terminal, the result would begin in the middle of a line
            clearProgress();
            err.flush();
            flushResult();
        }
    }

    private void flushResult() {
        if (out.checkError()) {
            throw new OutputClosedException();
        }
    }

    /** Writes a line of the result and flushes. */
    void lineNow(String text) {
        line(text);
        flush();
    }

    /** Tells the user something that is no result. */
    void note(String text) {
        synchronized (errLock) {
            clearProgress();
            err.print("rollcall: " + Style.oneLine(text) + "\n");
            err.flush();
        }
    }

    /** Shows on a terminal that something takes its time, until the progress is closed. */
    Progress progress(String text) {
        return Progress.start(this, text, errIsTerminal);
    }

    /** Writes a line over the one that was written so before; nothing if it is empty. */
    void showProgress(String text) {
        synchronized (errLock) {
            clearProgress();
            if (!text.isEmpty()) {
                err.print(text);
                progressShown = true;
            }
            err.flush();
        }
    }

    private void clearProgress() {
        if (progressShown) {
            err.print(ERASED_LINE);
            progressShown = false;
        }
    }

    /** Prints a stack trace, for those who asked for it. */
    void trace(Throwable failure) {
        failure.printStackTrace(err);
    }

    PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }
}
