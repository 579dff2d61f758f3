package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.console.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who may look at a console. */
class ConsoleAccess {
    static final String TOKEN_VARIABLE = "ROLLCALL_CONSOLE_TOKEN";
    private static final int MAX_TOKEN_BYTES = 4096;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            order = 21,
            description = {
                "A file with the token that the console's page",
                "asks for, as the password; needed to listen",
                "elsewhere than on this machine. Or else the",
                "environment's " + TOKEN_VARIABLE + "."
            })
    private @Nullable Path tokenFile;

    @Option(
            names = "--allow-host",
            paramLabel = "NAME",
            order = 22,
            description = "A DNS name by which the console may be asked for. Addresses and localhost always may.")
    private List<String> names = List.of();

    @Option(
            names = "--allow-changes",
            order = 23,
            description = {
                "Let those who may look also ask instances to",
                "drain, to be out of service or to weigh more or",
                "less. Their owners follow, unless told not to."
            })
    private boolean allowChanges;

    /** Whether any of these options is there. */
    final boolean isGiven() {
        return tokenFile != null || !names.isEmpty() || allowChanges;
    }

    /** A console for those who may look, which notes on the terminal what they change. */
    final Console.Builder builder(Rollcall rollcall, String registry, Terminal terminal) {
        Console.Builder builder = Console.builder(rollcall)
                .registry(registry)
                .allowChanges(allowChanges)
                .changesListener(terminal::note);
        names.forEach(builder::allowHost);
        String token = token();
        try {
            return token == null ? builder : builder.token(token);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    /** The same with TLS, if both files are there. */
    final Console.Builder tls(Console.Builder builder, @Nullable Path certificates, @Nullable Path key) {
        try {
            return certificates == null || key == null ? builder : builder.tls(certificates, key);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    /** Starts it. The registry need not answer for that. */
    final Console start(Console.Builder builder, ListenAddress address) throws InterruptedException {
        try {
            return builder.listen(address.host(), address.port()).start();
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage() + "; --token-file or " + TOKEN_VARIABLE + " sets one");
        } catch (IOException e) {
            throw new CommandFailedException(ExitCode.FAILED, e.getMessage() + ".", e);
        }
    }

    final void requireTogether(String prefix, @Nullable Path certificates, @Nullable Path key) {
        if ((certificates == null) != (key == null)) {
            throw usage(prefix + "-cert and " + prefix + "-key go together");
        }
    }

    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private @Nullable String token() {
        if (tokenFile == null) {
            String variable = System.getenv(TOKEN_VARIABLE);
            return variable == null || variable.isBlank() ? null : variable.strip();
        }
        try {
            if (Files.size(tokenFile) > MAX_TOKEN_BYTES) {
                throw new CommandFailedException(
                        ExitCode.FAILED,
                        "the token file " + tokenFile + " is longer than " + MAX_TOKEN_BYTES + " bytes.");
            }
            return Files.readString(tokenFile).strip();
        } catch (IOException e) {
            throw new CommandFailedException(ExitCode.FAILED, "can't read the token file: " + e, e);
        }
    }
}
