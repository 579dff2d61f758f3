package dev.rollcall.testing.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.console.Console;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The code of the guide's page on the console, run; {@link SnippetsTest} compares it with the page. */
class ConsoleSnippetsTest {

    @Test
    void console() throws IOException, InterruptedException {
        try (Rollcall rollcall = Rollcall.connect("memory:console")) {
            // snippet: console
            Console console =
                    Console.builder(rollcall).listen("127.0.0.1", 0).start(); // port 8580 unless told otherwise
            System.out.println("open " + console.uri());
            // end of snippet
            try (console) {
                assertThat(console.uri()).startsWith("http://127.0.0.1:");
            }
        }
    }
}
