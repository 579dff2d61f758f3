package dev.rollcall.testing.benchmarks.gateway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs of the machine that the comparison needs. */
final class Programs {
    private Programs() {}

    /** Where a program is; Debian keeps servers where a user's {@code PATH} doesn't lead. */
    static String path(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
        return List.of(path.split(":")).stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseThrow(() -> new IllegalStateException(
                        "no " + name + " on this machine: install it (Debian: apt-get install wrk nginx-light)"));
    }
}
