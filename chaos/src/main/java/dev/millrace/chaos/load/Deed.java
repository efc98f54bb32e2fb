package dev.millrace.chaos.load;

import dev.millrace.chaos.journal.Call;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What an event asks of the test function, and how its invocation ought to end.
 *
 * @param does one of the words the function knows
 * @param millis how long the run sleeps
 * @param expected how the invocation ends, whatever happens around it
 * @param bytes how much is added to the event
 * @param delay before which it is not to begin
 */
public record Deed(String does, int millis, String expected, int bytes, Duration delay) {

    /** Beyond what an asynchronous invocation takes, so that the front door must refuse it. */
    private static final int TOO_LARGE = 130 << 10;

    /** The ordinary case. */
    public static Deed shortRun(int millis) {
        return new Deed("return", millis, "SUCCEEDED", 0, Duration.ZERO);
    }

    /** The same, later. */
    private static Deed delayed(int millis, int seconds) {
        return new Deed("return", millis, "SUCCEEDED", 0, Duration.ofSeconds(seconds));
    }

    /** An event that kills whichever worker runs it. */
    public static Deed killer() {
        return new Deed("kill-worker", 1_000, "FAILED", 0, Duration.ZERO);
    }

    /** As clients mix them: mostly short runs, some long ones, some later, some that fail once or always, or depend on something, a few refused. */
    static Deed drawn(SplittableRandom random) {
        int dice = random.nextInt(1_000);
        if (dice < 800) {
            return shortRun(random.nextInt(1, 60));
        }
        if (dice < 830) {
            return delayed(random.nextInt(1, 60), random.nextInt(1, 9));
        }
        if (dice < 870) {
            return shortRun(random.nextInt(2_000, 6_000));
        }
        if (dice < 930) {
            return now("fail-once", random, "SUCCEEDED");
        }
        if (dice < 970) {
            return now("depend", random, Call.EITHER);
        }
        if (dice < 985) {
            return now("fail", random, "FAILED");
        }
        return dice < 995
                ? now("exit", random, "FAILED")
                : new Deed("return", 1, Call.REFUSED, TOO_LARGE, Duration.ZERO);
    }

    private static Deed now(String does, SplittableRandom random, String expected) {
        return new Deed(does, random.nextInt(1, 60), expected, 0, Duration.ZERO);
    }

    String event(String key) {
        return "{\"key\":\"" + key + "\",\"does\":\"" + does + "\",\"ms\":" + millis + ",\"more\":\""
                + "x".repeat(bytes) + "\"}";
    }
}
