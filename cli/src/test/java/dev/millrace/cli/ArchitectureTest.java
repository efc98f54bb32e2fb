package dev.millrace.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The arrows of the design between rooms, as far as the class paths that the enforcer checks cannot say them. It stands here because
 * only this module sees all the others.
 */
class ArchitectureTest {

    /** Every module, its room (the package below {@code dev.millrace}), and the rooms that it may look into. */
    private static final Map<String, Room> ROOMS = Map.ofEntries(
            room("infra/contract", "contract"),
            room("infra/kafka", "kafka", "contract"),
            room("infra/redis", "redis", "contract"),
            room("infra/program", "program", "contract"),
            room("infra/embedded", "embedded"),
            room("trigger-adapters", "trigger", "contract", "kafka", "program"),
            room("worker/function-api", "function"),
            room("worker/instances", "instances", "contract", "function"),
            room("worker/engine", "worker", "contract", "kafka", "redis", "program", "function", "instances"),
            room("dispatcher", "dispatcher", "contract", "kafka", "redis", "program"),
            room("chaos", "chaos", "embedded"),
            room(
                    "cli",
                    "cli",
                    "contract",
                    "kafka",
                    "redis",
                    "program",
                    "embedded",
                    "trigger",
                    "function",
                    "instances",
                    "worker",
                    "dispatcher",
                    "chaos"));

    /** Not part of what is shipped; free to look anywhere. */
    private static final Set<String> OUTSIDE = Set.of("infra/testkit", "examples/embedded-java", "benchmarks");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.millrace")
            .that(not(resideInAPackage("dev.millrace.testkit..")));

    private record Room(String name, Set<String> seen) {
        String packages() {
            return "dev.millrace." + name + "..";
        }
    }

    private static Map.Entry<String, Room> room(String module, String name, String... seen) {
        return Map.entry(module, new Room(name, Set.of(seen)));
    }

    /** Without this a module that is missing here, or whose package was renamed, would pass every rule below. */
    @Test
    void everyModuleWithCodeIsLookedAt() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        Set<String> withCode;
        try (Stream<Path> folders = Files.find(root, 4, (path, _) -> path.endsWith("src/main/java"))) {
            withCode = folders.map(
                            folder -> root.relativize(folder.resolve("../../..").normalize())
                                    .toString())
                    .filter(module -> !OUTSIDE.contains(module))
                    .collect(Collectors.toSet());
        }
        assertThat(withCode).contains("cli").isSubsetOf(ROOMS.keySet());
        assertThat(withCode)
                .allSatisfy(module -> assertThat(
                                CLASSES.that(resideInAPackage(ROOMS.get(module).packages())))
                        .as("classes of %s", module)
                        .isNotEmpty());
    }

    @TestFactory
    Stream<DynamicTest> aRoomLooksOnlyWhereItMay() {
        return ROOMS.values().stream()
                .map(room -> dynamicTest(room.name(), () -> {
                    String[] closed = ROOMS.values().stream()
                            .filter(other -> !other.equals(room) && !room.seen().contains(other.name()))
                            .map(Room::packages)
                            .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(room.packages())
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(closed)
                            .allowEmptyShould(true)
                            .check(CLASSES);
                }));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.millrace.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheRoomsThatOwnAConsumerTouchOne() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.millrace.kafka..",
                        "dev.millrace.worker.consume..",
                        "dev.millrace.worker.delay..",
                        "dev.millrace.dispatcher.record..",
                        "dev.millrace.dispatcher.wait..",
                        "dev.millrace.trigger.timer..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("org\\.apache\\.kafka\\.clients\\.consumer\\.(Kafka)?(Share)?Consumer")
                .because("a consumer belongs to one thread, and who owns it must be plain to see")
                .check(CLASSES);
    }

    @Test
    void onlyTheRedisRoomSpeaksToRedis() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.millrace.redis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("redis.clients..")
                .check(CLASSES);
    }

    @Test
    void onlyTheEngineNeedsResilience4j() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.millrace.worker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.resilience4j..")
                .check(CLASSES);
    }

    @Test
    void onlyTheEmbeddedRoomKnowsTheBroker() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.millrace.embedded..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "kafka..",
                        "scala..",
                        "org.apache.kafka.server..",
                        "org.apache.kafka.metadata..",
                        "redis.embedded.."))
                .check(CLASSES);
    }

    @Test
    void jsonIsJackson3() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.fasterxml.jackson.core..",
                        "com.fasterxml.jackson.databind..",
                        "com.google.gson..",
                        "org.json..")
                .check(CLASSES);
    }

    @Test
    void timeIsJavaTime() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.util\\.(Date|Calendar|GregorianCalendar|Timer)|java\\.text\\.SimpleDateFormat")
                .check(CLASSES);
    }

    @Test
    void logsGoThroughSlf4j() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.millrace.embedded..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.apache.logging..", "org.apache.commons.logging..")
                .check(CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveNameMatching(".*(Util|Utils|Helper|Manager)")
                .orShould()
                .resideInAnyPackage("..util..", "..common..", "..base..", "..core..", "..helper..", "..impl..")
                .check(CLASSES);
    }
}
