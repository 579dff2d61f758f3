package dev.rollcall.testing.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/lessons.md says of the tests. */
class LessonsTest {
    private static final Pattern NAMED = Pattern.compile("`([a-z]\\w{9,})`");
    private static final Pattern TEST =
            Pattern.compile("@(?:Test|Property(?:\\([^)]*\\))?)\\s+(?:default )?void (\\w+)\\(");

    @Test
    void eachLessonNamesTestsThatExist() throws IOException {
        List<String> lessons = Files.readAllLines(House.ROOT.resolve("docs/lessons.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| failure |") && !line.startsWith("| ---"))
                .toList();
        Set<String> tests = tests();

        assertThat(lessons).hasSizeGreaterThan(30);
        assertThat(lessons).allSatisfy(lesson -> {
            List<String> named =
                    NAMED.matcher(lesson).results().map(found -> found.group(1)).toList();
            assertThat(named).as(lesson).isNotEmpty();
            assertThat(tests).as(lesson).containsAll(named);
        });
    }

    private static Set<String> tests() throws IOException {
        Set<String> names = new HashSet<>();
        for (House.Module module : House.MODULES) {
            for (String folder : List.of("src/test/java", "src/main/java")) {
                names.addAll(tests(House.ROOT.resolve(module.folder()).resolve(folder)));
            }
        }
        return names;
    }

    private static Set<String> tests(Path folder) throws IOException {
        Set<String> names = new HashSet<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    TEST.matcher(Files.readString(file))
                            .results()
                            .map(LessonsTest::name)
                            .forEach(names::add);
                }
            }
        }
        return names;
    }

    private static String name(MatchResult found) {
        return found.group(1);
    }
}
