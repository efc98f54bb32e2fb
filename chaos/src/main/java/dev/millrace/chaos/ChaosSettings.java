package dev.millrace.chaos;

import dev.millrace.chaos.scenario.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a run.
 *
 * @param seed of everything that is drawn
 * @param faults how many are made
 * @param duration no fault begins later than this after the first
 * @param rate events per second
 * @param scenario which faults
 * @param report file for the JSON report; {@code null} for none
 * @param keep whether the folder with data, logs and journal stays
 * @param environment more environment variables for Millrace's programs
 */
public record ChaosSettings(
        long seed,
        int faults,
        Duration duration,
        int rate,
        Scenario scenario,
        @Nullable Path report,
        boolean keep,
        Map<String, String> environment) {

    public static final int MOST_FAULTS = 100_000;
    public static final int MOST_PER_SECOND = 2_000;

    public ChaosSettings {
        if (faults < 0 || faults > MOST_FAULTS) {
            throw new IllegalArgumentException("there can be 0 to " + MOST_FAULTS + " faults, not " + faults);
        }
        if (rate < 1 || rate > MOST_PER_SECOND) {
            throw new IllegalArgumentException("the rate can be 1 to " + MOST_PER_SECOND + " a second, not " + rate);
        }
        environment = Map.copyOf(environment);
    }
}
