package dev.millrace.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrashPointTest {

    @Test
    void theNamedPlaceKillsTheProcess() throws Exception {
        assertThat(exitCode("-Dmillrace.crash-point=before-run")).isEqualTo(CrashPoint.EXIT_CODE);
    }

    @Test
    void theProcessDiesWhenThePlaceIsPassedSoManyTimes() throws Exception {
        assertThat(exitCode("-Dmillrace.crash-point=before-run:3")).isEqualTo(CrashPoint.EXIT_CODE);
        assertThat(exitCode("-Dmillrace.crash-point=before-run:4")).isZero();
    }

    @Test
    void anotherPlaceOrNoneIsHarmless() throws Exception {
        assertThat(exitCode("-Dmillrace.crash-point=after-outcome-before-commit"))
                .isZero();
        assertThat(exitCode("-Dmillrace.crash-point=")).isZero();
    }

    @Test
    void anUnknownPlaceIsRefused() throws Exception {
        assertThat(exitCode("-Dmillrace.crash-point=nowhere")).isEqualTo(1);
    }

    private static int exitCode(String property) throws IOException, InterruptedException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        property,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Passing.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Passes one place three times. */
    static final class Passing {

        private Passing() {}

        public static void main(String[] args) {
            for (int i = 0; i < 3; i++) {
                CrashPoint.BEFORE_RUN.reached();
            }
        }
    }
}
