package dev.rollcall.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Runs the command in this JVM and keeps what it writes. */
final class CapturedTerminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal;

    CapturedTerminal() {
        this(false);
    }

    CapturedTerminal(boolean colours) {
        terminal = new Terminal(out, err, colours);
    }

    Terminal terminal() {
        return terminal;
    }

    int run(String... arguments) {
        return Main.run(terminal, arguments);
    }

    String out() {
        terminal.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
