package dev.rollcall.cli;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.config.ConfigEntry;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rollcall config edit}: a key in the user's editor, written back unless somebody else was faster. */
@Command(
        name = "edit",
        description = "Open a key in your editor, and write it back when that ends.",
        footer = {
            "  rollcall config edit gateway/rules",
            "  EDITOR='code --wait' rollcall config edit gateway/rules",
            "",
            "The editor is $VISUAL, or else $EDITOR, or else vi. If somebody else has changed",
            "the key meanwhile, nothing is written: you are told what changed, and your text",
            "is kept in a file."
        })
final class ConfigEditCommand implements Callable<Integer> {
    private static final List<String> KNOWN_TYPES = List.of(".yaml", ".yml", ".json", ".properties", ".xml", ".toml");

    private final Terminal terminal;

    @Parameters(paramLabel = "KEY", description = "The key, such as gateway/rules; need not exist.")
    private String key = "";

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    ConfigEditCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return ConfigAccess.with(registry, this::edit);
    }

    private int edit(ConfigAccess access) throws InterruptedException {
        Optional<ConfigEntry> before = access.read(key);
        String text = before.map(ConfigEntry::text).orElse("");
        Path file = write(text);
        boolean written = false;
        try {
            runEditor(file);
            String edited = read(file);
            if (edited.equals(text)) {
                terminal.note("unchanged, so nothing was written.");
                return ExitCode.OK;
            }
            long expected = before.map(ConfigEntry::revision).orElse(0L);
            ConfigEntry entry = writeBack(access, edited, expected, text, file);
            written = true;
            terminal.lineNow(key + " written, revision " + entry.revision());
            return ExitCode.OK;
        } finally {
            if (!written && isChanged(file, text)) {
                terminal.note("your text is kept in " + file);
            } else {
                delete(file);
            }
        }
    }

    /** Whether the file may be the only copy of something. */
    private static boolean isChanged(Path file, String text) {
        try {
            return !Arrays.equals(Files.readAllBytes(file), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Files.exists(file);
        }
    }

    private ConfigEntry writeBack(ConfigAccess access, String edited, long expected, String before, Path file)
            throws InterruptedException {
        try {
            return access.change(key, () -> access.config().compareAndSet(key, edited, expected));
        } catch (StoreException e) {
            if (e.kind() != Kind.CONFLICT) {
                throw e;
            }
            Optional<ConfigEntry> now = access.read(key);
            now.ifPresent(entry -> {
                terminal.note("revision " + entry.revision() + " of " + key + " differs from what you began with:");
                ConfigText.difference(before, entry.text()).forEach(terminal::note);
            });
            throw new CommandFailedException(
                    ExitCode.FAILED,
                    key + (now.isEmpty() ? " was deleted" : " was changed")
                            + " by somebody else meanwhile; nothing was written. "
                            + (now.isEmpty()
                                    ? "To write yours: 'rollcall config put " + key + " --if-absent --file " + file
                                            + "'."
                                    : "Merge the change into yours, then 'rollcall config put " + key
                                            + " --if-revision " + now.get().revision() + " --file " + file + "'."),
                    e);
        }
    }

    /** By way of the shell, as the variable may hold arguments; git does the same. */
    private static void runEditor(Path file) throws InterruptedException {
        String editor = Stream.of("VISUAL", "EDITOR")
                .map(name -> Optional.ofNullable(System.getenv(name)).orElse(""))
                .filter(value -> !value.isBlank())
                .findFirst()
                .orElse("vi");
        int exitCode = Program.start(List.of("sh", "-c", editor + " \"$@\"", editor, file.toString()))
                .waitFor();
        if (exitCode != 0) {
            throw new CommandFailedException(
                    ExitCode.FAILED,
                    "the editor '" + editor + "' ended with exit code " + exitCode + "; nothing was written.");
        }
    }

    private Path write(String text) {
        String name = key.substring(key.lastIndexOf('/') + 1);
        String type = KNOWN_TYPES.stream().filter(name::endsWith).findFirst().orElse(".txt");
        try {
            return Files.writeString(Files.createTempFile("rollcall-", type), text); // for its owner's eyes alone
        } catch (IOException e) {
            throw new CommandFailedException(
                    ExitCode.FAILED, "can't make a temporary file: " + e.getMessage() + ".", e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new CommandFailedException(
                    ExitCode.FAILED, "the edited text is not UTF-8; nothing was written (expected: UTF-8).", e);
        } catch (IOException e) {
            throw new CommandFailedException(
                    ExitCode.FAILED, "can't read " + file + " after editing: " + e.getMessage() + ".", e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
