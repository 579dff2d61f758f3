package dev.rollcall.testing.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryTest {

    private static final Binary STORE =
            new Binary("storectl", "ROLLCALL_STORECTL", "no-such-package", List.of("no-such-suite", "running"));

    @TempDir
    private Path folder;

    @Test
    void theVariableGoesBeforeThePathAndThePathBeforeTheCache() throws IOException {
        Path cached = program("rollcall/servers/no-such-package-running/usr/bin/storectl");
        Path onPath = program("bin/storectl");
        Path named = program("somewhere/my-storectl");
        String xdg = folder.toString();
        String path = folder.resolve("absent") + ":" + onPath.getParent();

        assertThat(STORE.find(Map.of("XDG_CACHE_HOME", xdg))).isEqualTo(cached);
        assertThat(STORE.find(Map.of("XDG_CACHE_HOME", xdg, "PATH", path))).isEqualTo(onPath);
        assertThat(STORE.find(Map.of("XDG_CACHE_HOME", xdg, "PATH", path, "ROLLCALL_STORECTL", named.toString())))
                .isEqualTo(named);
    }

    @Test
    void aVariableThatNamesNoProgramIsAnErrorAndNotPassedOver() {
        assertThatThrownBy(() -> STORE.find(Map.of("ROLLCALL_STORECTL", "/nowhere")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ROLLCALL_STORECTL: /nowhere (expected: an executable storectl)");
    }

    @Test
    void nowhereToBeHadNamesTheThreeWaysOutAndWhyFetchingFailed() {
        assertThatThrownBy(() -> STORE.find(Map.of("XDG_CACHE_HOME", folder.toString())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("set ROLLCALL_STORECTL")
                .hasMessageContaining("put one on PATH")
                .hasMessageContaining("be on Debian")
                .hasMessageContaining("no-such-suite: ")
                .hasMessageContaining("running: ");
        assertThat(folder.resolve("rollcall/servers")).isDirectoryNotContaining("glob:**no-such-package*");
    }

    private Path program(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
