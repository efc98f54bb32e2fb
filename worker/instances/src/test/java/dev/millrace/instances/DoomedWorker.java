package dev.millrace.instances;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A worker to be killed: runs a function once to its end and once without end, prints the ids of all processes this has
 * brought into the world, and waits.
 */
final class DoomedWorker {
    private DoomedWorker() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        String source = arguments[1].formatted("""
                open(event, 'w').close()
                    import time
                    time.sleep(0.3 if event.endswith('idle') else 600)
                """);
        Workshop workshop = new Workshop(directory);
        InstanceSpec spec = workshop.python().source("index.py", source).build();
        InstancePool pool = workshop.host().pool(spec, new PoolLimits(2, Duration.ofMinutes(1)));

        pool.run("idle", json(directory.resolve("idle")));
        InstancePool other = workshop.host().pool(spec, new PoolLimits(2, Duration.ofMinutes(1)));
        Path busy = directory.resolve("busy");
        Thread.ofPlatform().start(() -> runWithoutEnd(other, json(busy)));
        while (!Files.exists(busy)) {
            Thread.onSpinWait();
        }
        System.out.println(String.join(" ", pidsBelow(workshop)));
        Thread.sleep(Duration.ofMinutes(1));
    }

    private static Iterable<String> pidsBelow(Workshop workshop) {
        return MarkedProcesses.find(workshop.mark()).stream()
                .map(process -> Long.toString(process.pid()))
                .toList();
    }

    private static void runWithoutEnd(InstancePool pool, byte[] event) {
        try {
            pool.run("busy", event);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] json(Path path) {
        return ("\"" + path + "\"").getBytes(UTF_8);
    }
}
