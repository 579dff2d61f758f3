package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Terminal terminal(boolean errIsTerminal) {
        return new Terminal(OutputStream.nullOutputStream(), err, false, false, errIsTerminal);
    }

    private String shown() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void isWrittenOverAndGoneWhenItIsOver() {
        Terminal terminal = terminal(true);
        Progress progress = terminal.progress("waiting for etcd://h:1");
        progress.step(1, 4, "asking h:1");
        await().until(() -> shown().contains("[█████░░░░░░░░░░░░░░░] asking h:1"));
        terminal.note("something to say");
        progress.close();

        assertThat(shown())
                .contains("\r\u001b[Krollcall: something to say\n")
                .matches("(?s).*(\r\u001b\\[K|something to say\n)");
    }

    @Test
    void showsNothingWhereThereIsNoTerminal() {
        try (Progress progress = terminal(false).progress("waiting")) {
            progress.step(1, 2, "still");
        }

        assertThat(shown()).isEmpty();
    }

    @Test
    void showsNothingOfWhatIsQuick() {
        terminal(true).progress("quick").close();

        assertThat(shown()).isEmpty();
    }
}
