package dev.rollcall.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where the command writes: results to standard output, everything else to standard error, both in UTF-8 whatever the
 * locale. Safe for use by many threads.
 */
final class Terminal {
    private static final int BUFFER_BYTES = 1 << 16;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean colours;

    Terminal(OutputStream out, OutputStream err, boolean colours) {
        this.out = new PrintStream(new BufferedOutputStream(out, BUFFER_BYTES), false, StandardCharsets.UTF_8);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
        this.colours = colours;
    }

    static Terminal ofThisProcess() {
        // A JVM can't tell whether its standard output alone is a terminal; the launcher can.
        String noColor = System.getenv("NO_COLOR");
        boolean colours = Boolean.getBoolean("rollcall.terminal")
                && (noColor == null || noColor.isEmpty())
                && !"dumb".equals(System.getenv("TERM"));
        return new Terminal(
                new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err), colours);
    }

    boolean colours() {
        return colours;
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
        err.print("rollcall: " + Style.oneLine(text) + "\n");
        err.flush();
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
