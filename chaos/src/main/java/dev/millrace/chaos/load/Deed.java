package dev.millrace.chaos.load;

import dev.millrace.chaos.journal.Call;
import java.util.SplittableRandom;

/**
 * What an event asks of the test function, and how its invocation ought to end.
 *
 * @param does one of the words the function knows
 * @param millis how long the run sleeps
 * @param expected how the invocation ends, whatever happens around it
 * @param bytes how much is added to the event
 */
public record Deed(String does, int millis, String expected, int bytes) {

    /** Beyond what an asynchronous invocation takes, so that the front door must refuse it. */
    private static final int TOO_LARGE = 130 << 10;

    /** The ordinary case. */
    public static Deed shortRun(int millis) {
        return new Deed("return", millis, "SUCCEEDED", 0);
    }

    /** An event that kills whichever worker runs it. */
    public static Deed killer() {
        return new Deed("kill-worker", 1_000, "FAILED", 0);
    }

    /** As clients mix them: mostly short runs, some long ones, some that fail once or always, or depend on something, a few that are refused. */
    static Deed drawn(SplittableRandom random) {
        int dice = random.nextInt(1_000);
        if (dice < 830) {
            return shortRun(random.nextInt(1, 60));
        }
        if (dice < 870) {
            return shortRun(random.nextInt(2_000, 6_000));
        }
        if (dice < 930) {
            return new Deed("fail-once", random.nextInt(1, 60), "SUCCEEDED", 0);
        }
        if (dice < 970) {
            return new Deed("depend", random.nextInt(1, 60), Call.EITHER, 0);
        }
        if (dice < 985) {
            return new Deed("fail", random.nextInt(1, 60), "FAILED", 0);
        }
        return dice < 995
                ? new Deed("exit", random.nextInt(1, 60), "FAILED", 0)
                : new Deed("return", 1, Call.REFUSED, TOO_LARGE);
    }

    String event(String key) {
        return "{\"key\":\"" + key + "\",\"does\":\"" + does + "\",\"ms\":" + millis + ",\"more\":\""
                + "x".repeat(bytes) + "\"}";
    }
}
