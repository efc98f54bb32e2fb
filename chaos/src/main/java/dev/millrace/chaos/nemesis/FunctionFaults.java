package dev.millrace.chaos.nemesis;

import dev.millrace.chaos.load.TestFunction;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.SplittableRandom;

/** What happens to a function from its own side: what it depends on goes away; somebody deploys it anew. */
final class FunctionFaults {

    private FunctionFaults() {}

    static Blow outage(TestFunction function, SplittableRandom random) throws IOException, InterruptedException {
        long from = System.currentTimeMillis();
        Files.createFile(function.outage());
        Thread.sleep(random.nextInt(2_000, 10_000));
        Files.delete(function.outage());
        return new Blow("what " + TestFunction.NAME + " depends on", 0, from, System.currentTimeMillis());
    }

    static Blow redeploy(TestFunction function, URI door, SplittableRandom random)
            throws IOException, InterruptedException {
        long from = System.currentTimeMillis();
        function.deploy(door, "edition-" + random.nextInt(1_000_000));
        return new Blow(TestFunction.NAME, 0, from, System.currentTimeMillis());
    }
}
