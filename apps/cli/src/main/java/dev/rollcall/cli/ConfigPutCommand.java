package dev.rollcall.cli;

import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollcall config put}: writes a key. */
@Command(
        name = "put",
        description = "Write a key; those who follow it see it at once.",
        footer = {
            "  rollcall config put limits/orders 100",
            "  rollcall config put gateway/rules --file rules.yaml",
            "  generate | rollcall config put gateway/rules -",
            "  rollcall config put gateway/rules --file rules.yaml --if-revision 42",
            "",
            "With --if-revision or --if-absent nothing is written if somebody else has been",
            "faster. JSON has the fields key and revision."
        })
final class ConfigPutCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "KEY", description = "The key, such as gateway/rules.")
    private String key = "";

    @Parameters(index = "1", paramLabel = "VALUE", arity = "0..1", description = "The text; - for standard input.")
    private @Nullable String value;

    @Option(names = "--file", paramLabel = "FILE", order = 1, description = "A file with the text, in UTF-8.")
    private @Nullable Path file;

    @ArgGroup
    private @Nullable Condition condition;

    @Mixin
    private final OutputFormat.Choice output = new OutputFormat.Choice();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    /** What must be there before. */
    static final class Condition {
        @Option(
                names = "--if-revision",
                paramLabel = "N",
                order = 2,
                description = "Write only if the key is at this revision.")
        private @Nullable Long revision;

        @Option(names = "--if-absent", order = 3, description = "Write only if the key doesn't exist.")
        private boolean absent;
    }

    ConfigPutCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        String text = registry.checked(this::text);
        return ConfigAccess.with(registry, access -> {
            var unused = access.exists(key); // a registry that can't be reached is found out before anything is sent
            ConfigEntry written = access.change(key, () -> write(access.config(), text));
            terminal.lineNow(
                    output.format() == OutputFormat.JSON
                            ? JsonLines.configWritten(written)
                            : key + " written, revision " + written.revision());
            return ExitCode.OK;
        });
    }

    private CompletableFuture<ConfigEntry> write(Config config, String text) {
        Condition only = condition;
        if (only == null) {
            return config.write(key, text);
        }
        Long revision = only.revision;
        return config.compareAndSet(key, text, only.absent || revision == null ? 0 : revision);
    }

    private String text() {
        if ((value == null) == (file == null)) {
            throw new IllegalArgumentException((file == null ? "nothing to write" : "both a VALUE and a file")
                    + " (expected: either VALUE, - for standard input, or --file FILE)");
        }
        if (value != null && !value.equals(STANDARD_INPUT)) {
            return value;
        }
        String from = file == null ? "standard input" : file.toString();
        try (InputStream in = file == null ? System.in : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(ConfigEntry.MAX_TEXT_BYTES + 1);
            if (bytes.length > ConfigEntry.MAX_TEXT_BYTES) {
                throw new CommandFailedException(
                        ExitCode.FAILED,
                        from + " is too long (expected: up to " + ConfigEntry.MAX_TEXT_BYTES + " bytes).");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CommandFailedException(ExitCode.FAILED, from + " is not UTF-8 (expected: a text in UTF-8).", e);
        } catch (IOException e) {
            throw new CommandFailedException(ExitCode.FAILED, "can't read " + from + ": " + e.getMessage() + ".", e);
        }
    }
}
