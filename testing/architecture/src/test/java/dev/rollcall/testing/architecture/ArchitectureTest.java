package dev.rollcall.testing.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import dev.rollcall.testing.architecture.House.Module;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lines between the rooms of the house: {@code apps → integrations → core ← backends}. */
class ArchitectureTest {
    /** Which roles the main code of a role may use, besides its own module. */
    private static final Map<String, Set<String>> DIRECTIONS = Map.of(
            "core", Set.of(),
            "backends", Set.of("core"),
            "integrations", Set.of("core"),
            "apps", Set.of("core", "integrations"),
            "testing", Set.of("core", "backends", "integrations", "apps", "testing"));

    /**
     * The embedded backend is ZooKeeper's, with the server inside the process; what several stores' users write alike is in one place; the
     * command line can serve a store, and runs the other apps.
     */
    private static final Map<String, Set<String>> BESIDES = Map.of(
            "backends/embedded", Set.of("backends/zookeeper"),
            "backends/etcd", Set.of("backends/formats"),
            "backends/zookeeper", Set.of("backends/formats"),
            "backends/consul", Set.of("backends/formats"),
            "apps/cli", Set.of("backends/embedded", "apps/bridge", "apps/console", "apps/gateway"));

    private static final Pattern ROOM =
            Pattern.compile("(.*[a-z0-9])?(Util|Common|Helper|Manager)s?|utils?|commons?|helpers?|managers?");

    @Test
    void everyModuleWithCodeIsLookedAt() {
        Set<Module> seen = House.CLASSES.stream().map(House::moduleOf).collect(toSet());

        assertThat(House.MODULES)
                .extracting(Module::folder)
                .contains("core", "backends/memory", "integrations/grpc", "testing/tck");
        assertThat(House.MODULES.stream()
                        .filter(module -> module.sources().stream().anyMatch(this::makesClasses)))
                .as("modules with code (one that is missing is no dependency of testing/architecture)")
                .isNotEmpty()
                .isSubsetOf(seen);
    }

    @Test
    void modulesUseEachOtherInOneDirectionOnly() {
        assertThat(violations(dependency -> {
                    Module from = House.moduleOf(dependency.getOriginClass());
                    Module to = House.moduleOf(dependency.getTargetClass());
                    return from.equals(to) || mayUse(from, to);
                }))
                .as("uses against the direction apps → integrations → core ← backends")
                .isEmpty();
    }

    @Test
    void onlyTheCoreSeesItsInternals() {
        assertThat(violations(dependency ->
                        !isInternal(dependency.getTargetClass()) || isIn("core").test(dependency.getOriginClass())))
                .as("uses of dev.rollcall.internal from outside of core")
                .isEmpty();
        assertThat(House.CLASSES.stream().filter(this::isInternal).filter(Predicate.not(isIn("core"))))
                .as("classes that another module puts into dev.rollcall.internal")
                .isEmpty();
    }

    @Test
    void theCoreDependsOnTheJdkSlf4jAndJspecifyAlone() {
        classes()
                .that(isIn("core"))
                .should()
                .onlyDependOnClassesThat(
                        isIn("core").or(resideInAnyPackage("java..", "javax.net..", "org.slf4j", "org.jspecify..")))
                .check(House.CLASSES);
    }

    /** The transport is the application's to choose, and gRPC's internals change without notice. */
    @Test
    void theGrpcIntegrationNeedsNoTransportAndNoInternals() {
        noClasses()
                .that(isIn("integrations/grpc"))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.grpc.netty..", "io.grpc.okhttp..", "io.grpc.internal..", "com.google.common.."))
                .check(House.CLASSES);
    }

    @Test
    void noPackageIsSplitBetweenModules() {
        Map<String, TreeSet<String>> modules = House.CLASSES.stream()
                .collect(groupingBy(
                        JavaClass::getPackageName,
                        TreeMap::new,
                        mapping(type -> House.moduleOf(type).folder(), toCollection(TreeSet::new))));

        assertThat(modules.entrySet())
                .filteredOn(entry -> entry.getValue().size() > 1)
                .isEmpty();
    }

    @Test
    void noRoomAttractsEverything() {
        assertThat(House.CLASSES.stream()
                        .filter(type -> Stream.concat(
                                        Stream.of(type.getSimpleName()),
                                        Stream.of(type.getPackageName().split("\\.")))
                                .anyMatch(ROOM.asMatchPredicate()))
                        .map(JavaClass::getName))
                .as("packages and classes named util, common, helper or manager: name what they do")
                .isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        List<Path> unmarked = House.MODULES.stream()
                .flatMap(module -> module.sources().stream())
                .filter(this::makesClasses)
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !isNullMarked(folder.resolve("package-info.java")))
                .toList();

        assertThat(unmarked)
                .as("packages without a @NullMarked package-info.java")
                .isEmpty();
    }

    private static boolean mayUse(Module from, Module to) {
        Set<String> roles = DIRECTIONS.get(from.role());
        assertThat(roles)
                .as("directions of the role '%s' (of %s)", from.role(), from.folder())
                .isNotNull();
        return roles.contains(to.role())
                || BESIDES.getOrDefault(from.folder(), Set.of()).contains(to.folder());
    }

    private static List<String> violations(Predicate<Dependency> allowed) {
        return House.CLASSES.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> House.isOurs(dependency.getTargetClass().getBaseComponentType()))
                .filter(allowed.negate())
                .map(Dependency::getDescription)
                .distinct()
                .sorted()
                .toList();
    }

    private static DescribedPredicate<JavaClass> isIn(String folder) {
        return describe("are in " + folder, type -> {
            JavaClass component = type.getBaseComponentType();
            return House.isOurs(component) && House.moduleOf(component).folder().equals(folder);
        });
    }

    private boolean isInternal(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        return name.equals("dev.rollcall.internal") || name.startsWith("dev.rollcall.internal.");
    }

    private boolean makesClasses(Path source) {
        String name = source.getFileName().toString();
        return !name.equals("package-info.java") && !name.equals("module-info.java");
    }

    private static boolean isNullMarked(Path packageInfo) {
        return packageInfo.toFile().isFile() && House.read(packageInfo).contains("@NullMarked");
    }
}
