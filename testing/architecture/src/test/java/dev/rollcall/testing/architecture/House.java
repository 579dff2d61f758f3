package dev.rollcall.testing.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The modules that the root pom.xml lists, and the classes that they ship. A class belongs to the module whose jar or
 * folder holds it, whatever its package says, so that a class in the wrong module is seen as what it is.
 */
final class House {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Pattern PLACE =
            Pattern.compile("/([a-z-]+)/target/classes/|/rollcall-([a-z-]+)-\\d[^/]*\\.jar!");

    static final Path ROOT = root();
    static final List<Module> MODULES = modules();
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.rollcall");

    private House() {}

    /** A module by its folder, such as {@code backends/etcd}: the first part is its role, the last its name. */
    record Module(String folder) {
        String role() {
            return folder.split("/", 2)[0];
        }

        String name() {
            return folder.substring(folder.lastIndexOf('/') + 1);
        }

        /** Hand-written main sources, with module-info.java and package-info.java. */
        List<Path> sources() {
            Path java = ROOT.resolve(folder).resolve("src/main/java");
            return Files.isDirectory(java) ? javaFiles(java) : List.of();
        }
    }

    static Module moduleOf(JavaClass type) {
        String place = type.getBaseComponentType()
                .getSource()
                .orElseThrow(() -> new IllegalStateException(type.getName() + " comes from nowhere"))
                .getUri()
                .toString();
        return find(place)
                .orElseThrow(() -> new IllegalStateException(place + " is in no module of " + ROOT.resolve("pom.xml")));
    }

    static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals("dev.rollcall")
                || type.getPackageName().startsWith("dev.rollcall.");
    }

    private static Optional<Module> find(String place) {
        return PLACE.matcher(place)
                .results()
                .map(found -> found.group(1) != null ? found.group(1) : found.group(2))
                .flatMap(name -> MODULES.stream().filter(module -> module.name().equals(name)))
                .findFirst();
    }

    private static List<Module> modules() {
        return MODULE.matcher(read(ROOT.resolve("pom.xml")))
                .results()
                .map(found -> new Module(found.group(1)))
                .toList();
    }

    private static Path root() {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(".mvn"))) {
                return folder;
            }
        }
        throw new IllegalStateException(
                "no folder above " + start + " has a .mvn: run the tests inside the repository");
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
