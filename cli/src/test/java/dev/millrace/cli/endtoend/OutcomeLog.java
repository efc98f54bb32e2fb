package dev.millrace.cli.endtoend;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import dev.millrace.kafka.registry.Installation;
import dev.millrace.kafka.registry.Registry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The outcome log, read from its beginning: what the installation says became of every event. Used by one thread. */
final class OutcomeLog implements AutoCloseable {

    private final OutcomeReader reader;
    private final RequestIdCodec requestIds;

    /** Terminal outcomes of each event, in the order of the log. */
    private final Map<EventAddress, List<Status>> ended = new HashMap<>();

    OutcomeLog(KafkaSettings kafka) {
        try (Registry registry = Registry.start(kafka, Duration.ofSeconds(20))) {
            requestIds =
                    registry.view().installation().map(Installation::requestIds).orElseThrow();
        }
        Map<Integer, Long> all = new HashMap<>();
        for (int partition = 0; partition < Topics.OUTCOME_PARTITIONS; partition++) {
            all.put(partition, 0L);
        }
        reader = OutcomeReader.of(kafka, "judge", all);
    }

    /** Reads what is there by now. */
    void read() throws MalformedException {
        List<OutcomeRecord> records;
        do {
            records = reader.poll(Duration.ofMillis(50));
            for (OutcomeRecord next : records) {
                for (Outcome outcome : OutcomePack.decode(next.pack()).outcomes()) {
                    if (outcome.status().isTerminal()) {
                        ended.computeIfAbsent(outcome.address(), _ -> new ArrayList<>())
                                .add(outcome.status());
                    }
                }
            }
        } while (!records.isEmpty());
    }

    /** How many events have ended. */
    int ended() {
        return ended.size();
    }

    /** The terminal outcomes of a request, the one that counts first. */
    List<Status> of(String requestId) throws Exception {
        return ended.getOrDefault(requestIds.decode(requestId).address(), List.of());
    }

    @Override
    public void close() {
        reader.close();
    }
}
