package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.console.Console;
import dev.rollcall.console.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A console beside what a command does: whether there is one, where, and who may look. */
final class ConsoleBeside extends ConsoleAccess {
    @Option(
            names = "--console",
            paramLabel = "HOST:PORT",
            arity = "0..1",
            order = 20,
            converter = ListenAddress.Converter.class,
            fallbackValue = ConsoleCommand.DEFAULT_ADDRESS,
            description = {
                "Show the registry in the browser as well, as",
                "'rollcall console' does; at " + ConsoleCommand.DEFAULT_ADDRESS,
                "if only --console is said."
            })
    private @Nullable ListenAddress address;

    @Option(
            names = "--console-tls-cert",
            paramLabel = "FILE",
            order = 24,
            description = "The console with TLS: a certificate and those in between, PEM.")
    private @Nullable Path certificate;

    @Option(
            names = "--console-tls-key",
            paramLabel = "FILE",
            order = 25,
            description = "Its private key, PEM (PKCS#8).")
    private @Nullable Path key;

    /** Whether a console is asked for. */
    boolean isWanted() {
        return address != null;
    }

    /**
     * Refuses options of a console that nobody will see.
     *
     * @param shown whether there will be one
     * @param otherwise the option that is missing if not
     */
    void requireShown(boolean shown, String otherwise) {
        requireTogether("--console-tls", certificate, key);
        if (!shown && (address != null || certificate != null || isGiven())) {
            throw usage("there is no console to look at (expected: " + otherwise + " beside options of the console)");
        }
    }

    /** Starts the console where it is wanted, or else where {@code rollcall console} does, or at another port if that is taken. */
    Console start(Rollcall rollcall, String registry, Terminal terminal) throws InterruptedException {
        Console.Builder builder = secured(rollcall, registry, terminal);
        if (address != null) {
            return start(builder, address);
        }
        try {
            return builder.start();
        } catch (IOException e) {
            return start(builder, new ListenAddress("127.0.0.1", 0));
        }
    }

    /** The same beside a gateway, with its traffic. */
    Console start(Rollcall rollcall, String registry, Terminal terminal, Traffic traffic) throws InterruptedException {
        ListenAddress at = address == null ? new ListenAddress("127.0.0.1", Console.DEFAULT_PORT) : address;
        return start(secured(rollcall, registry, terminal).traffic(traffic), at);
    }

    private Console.Builder secured(Rollcall rollcall, String registry, Terminal terminal) {
        return tls(builder(rollcall, registry, terminal), certificate, key);
    }
}
