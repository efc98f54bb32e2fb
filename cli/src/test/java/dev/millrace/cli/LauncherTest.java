package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of {@code ./millrace}, in a checkout of its own whose Maven only writes down that it was called. */
class LauncherTest {

    @TempDir
    private Path folder;

    private Checkout checkout;

    @BeforeEach
    void aCheckout() throws IOException {
        checkout = Checkout.in(folder.resolve("a checkout with spaces"));
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws Exception {
        checkout.withoutJdk();

        Ended ended = Ended.of(checkout.start("version"));

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).hasLineCount(1).contains("JDK 25 or newer is needed");
        assertThat(checkout.builds()).isZero();
    }

    @Test
    void anOlderJdkIsPassedOver() throws Exception {
        checkout.withJavaHomeOfVersion("17.0.15");

        Ended ended = Ended.of(checkout.start("version"));

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).hasLineCount(1).contains("JDK 25 or newer is needed");
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        checkout.withoutMaven();

        Ended ended = Ended.of(checkout.start("version"));

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).hasLineCount(1).contains("Apache Maven 3.8.7 or newer is needed");
    }

    @Test
    void itBuildsOnceAndPassesArgumentsOn() throws Exception {
        Ended first = Ended.of(checkout.start("echo", "a b", "*"));
        Ended second = Ended.of(checkout.start("echo", "", "$HOME"));

        assertThat(first.code()).isZero();
        assertThat(first.out()).isEqualTo("<echo><a b><*>\n");
        assertThat(first.err()).startsWith("building millrace (first run, about 1 min)");
        assertThat(second.out()).isEqualTo("<echo><><$HOME>\n");
        assertThat(second.err()).isEmpty();
        assertThat(checkout.builds()).isEqualTo(1);
    }

    @Test
    void whileItBuildsItSaysWhereItIs() throws Exception {
        checkout.touch("slow");
        Process launcher = checkout.start("echo");
        var err = launcher.errorReader();

        assertThat(err.readLine()).isEqualTo("building millrace (first run, about 1 min)");
        assertThat(err.readLine()).isEqualTo("building millrace: contract 1/2");

        Files.delete(checkout.path("slow"));
        assertThat(Ended.of(launcher).code()).isZero();
    }

    @Test
    void aNewerSourceIsBuilt() throws Exception {
        Ended.of(checkout.start("echo"));
        checkout.touch("worker/engine/src/main/java/Worker.java");

        Ended ended = Ended.of(checkout.start("echo"));

        assertThat(ended.err()).startsWith("building millrace (sources are newer)");
        assertThat(checkout.builds()).isEqualTo(2);
    }

    @Test
    void aNewerTestIsNot() throws Exception {
        Ended.of(checkout.start("echo"));
        checkout.touch("worker/engine/src/test/java/WorkerTest.java");

        assertThat(Ended.of(checkout.start("echo")).err()).isEmpty();
        assertThat(checkout.builds()).isEqualTo(1);
    }

    @Test
    void aFailedBuildShowsItsErrorsAndIsTriedAgain() throws Exception {
        checkout.touch("breaks");

        Ended ended = Ended.of(checkout.start("echo"));

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .contains("[ERROR] Worker.java:[1,1] this does not compile", "all of its output: ", "quick.log")
                .doesNotContain("Help 1");

        Files.delete(checkout.path("breaks"));
        assertThat(Ended.of(checkout.start("echo")).code()).isZero();
        assertThat(checkout.builds()).isEqualTo(2);
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        checkout.touch("slow");
        Process first = checkout.start("echo", "first");
        checkout.await(() -> checkout.builds() == 1);
        Process second = checkout.start("echo", "second");
        assertThat(second.errorReader().readLine()).startsWith("waiting for the build of process " + first.pid());
        Files.delete(checkout.path("slow"));

        assertThat(Ended.of(first).out()).isEqualTo("<echo><first>\n");
        assertThat(Ended.of(second).out()).isEqualTo("<echo><second>\n");
        assertThat(checkout.builds()).isEqualTo(1);
    }

    @Test
    void theLockOfADeadProcessHoldsNobodyUp() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createSymbolicLink(checkout.path("cli/target/quick.lock"), Path.of(Long.toString(dead.pid())));

        assertThat(Ended.of(checkout.start("echo")).code()).isZero();
    }

    @Test
    void aSignalDuringTheBuildEndsTheBuild() throws Exception {
        checkout.touch("slow");
        Process launcher = checkout.start("echo");
        checkout.await(() -> checkout.builds() == 1);
        ProcessHandle maven = launcher.children().findFirst().orElseThrow();

        launcher.toHandle().destroy();

        assertThat(Ended.of(launcher).code()).isEqualTo(143);
        maven.onExit().get(30, TimeUnit.SECONDS);
        assertThat(Files.exists(checkout.path("cli/target/quick.lock"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void aSignalReachesTheProgram() throws Exception {
        Process launcher = checkout.start("serve");
        var out = launcher.inputReader();
        assertThat(out.readLine()).isEqualTo("ready");

        launcher.toHandle().destroy();

        assertThat(out.readLine()).isEqualTo("drained");
        assertThat(Ended.of(launcher).code()).isEqualTo(143);
    }

    @Test
    void itWorksThroughSymbolicLinksFromAnywhere() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("my bin"));
        Files.createSymbolicLink(bin.resolve("real"), Path.of("../a checkout with spaces/millrace"));
        Path link = Files.createSymbolicLink(bin.resolve("mr"), Path.of("real"));

        Ended ended = Ended.of(checkout.startAs(link, "home"));

        assertThat(ended.out()).isEqualTo(checkout.path("").toRealPath() + "\n");
    }

    /** A file's time only has to differ: clocks of file systems are coarse. */
    static void makeNewer(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    }

    private record Ended(int code, String out, String err) {

        static Ended of(Process process) throws Exception {
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
            return new Ended(process.exitValue(), out, err);
        }
    }
}
