package dev.millrace.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Timers that fire every second, shared by two processes of which one is killed. */
@RealBackends
class TimersIT {

    /** So many that both processes have some. */
    private static final int TIMERS = 6;

    /** SCF's timer event says when; the ledger keeps it. */
    private static final String SOURCE = """
            import os

            def main_handler(event, context):
                ledger = os.open(os.environ["LEDGER"], os.O_APPEND | os.O_CREAT | os.O_WRONLY)
                os.write(ledger, f"{event['TriggerName']} {event['Time']}\\n".encode())
                os.close(ledger)
            """;

    @TempDir
    Path scratch;

    private final KafkaSpace kafka;

    TimersIT(KafkaSpace kafka) {
        this.kafka = kafka;
    }

    @Test
    @Timeout(150)
    void noTickRunsTwiceAndNoneIsMissedWhenOneOfTwoAdaptersIsKilled() throws Exception {
        try (Fleet fleet = new Fleet(kafka, scratch)) {
            OwnProcess dispatcher = fleet.dispatcher();
            OwnProcess survivor = fleet.adapters();
            OwnProcess victim = fleet.adapters();
            OwnProcess worker = fleet.worker();
            URI api = dispatcher.awaitReady();
            survivor.awaitReady();
            victim.awaitReady();
            worker.awaitReady();
            Path ledger = fleet.file("ticks");
            fleet.deploy(api, yaml(ledger), "index.py", SOURCE);

            awaitTicksAfter(ledger, Instant.now().plusSeconds(2));
            victim.kill();
            // The killed one's timers are silent until they have a new owner; then what was missed is made up for.
            awaitTicksAfter(ledger, Instant.now().plusSeconds(9));

            assertThat(survivor.stop()).isZero();
            assertThat(worker.stop()).isZero();
            ticks(ledger).forEach((timer, ticks) -> {
                List<Instant> everySecond = new ArrayList<>();
                Instant first = ticks.stream().min(Instant::compareTo).orElseThrow();
                Instant last = ticks.stream().max(Instant::compareTo).orElseThrow();
                for (Instant tick = first; !tick.isAfter(last); tick = tick.plusSeconds(1)) {
                    everySecond.add(tick);
                }
                assertThat(ticks).as(timer).containsExactlyInAnyOrderElementsOf(everySecond);
            });
        }
    }

    private static String yaml(Path ledger) {
        String triggers = IntStream.range(0, TIMERS)
                .mapToObj(i -> "{name: every-second-" + i + ", type: timer, cron: '* * * * * * *', missed: all}")
                .collect(Collectors.joining(", "));
        return "{name: ticks, runtime: python3, handler: index.main_handler, environment: {LEDGER: '" + ledger
                + "'}, triggers: [" + triggers + "]}";
    }

    private static void awaitTicksAfter(Path ledger, Instant moment) throws Exception {
        Eventually.within(Duration.ofSeconds(45), () -> "ticks of every timer after " + moment, () -> {
            Map<String, List<Instant>> ticks = ticks(ledger);
            return ticks.size() == TIMERS
                    && ticks.values().stream().allMatch(of -> of.stream().anyMatch(tick -> tick.isAfter(moment)));
        });
    }

    /** The ticks of each timer, in the order in which they ran. */
    private static Map<String, List<Instant>> ticks(Path ledger) throws IOException {
        if (!Files.exists(ledger)) {
            return Map.of();
        }
        String text = Files.readString(ledger);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(line -> line.split(" ", -1))
                .collect(Collectors.groupingBy(
                        words -> words[0],
                        TreeMap::new,
                        Collectors.mapping(words -> Instant.parse(words[1]), Collectors.toList())));
    }
}
