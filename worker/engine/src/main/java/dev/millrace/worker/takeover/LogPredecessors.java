package dev.millrace.worker.takeover;

import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.worker.consume.Findings;
import dev.millrace.worker.consume.LaneId;
import dev.millrace.worker.consume.Legacy;
import dev.millrace.worker.consume.Predecessors;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads in the outcome log what predecessors brought to an end and could not commit any more. Needs neither Redis nor the
 * recorder. Thread-safe.
 */
public final class LogPredecessors implements Predecessors {

    private static final Logger log = LoggerFactory.getLogger(LogPredecessors.class);

    /** Records are read back so far at most; each holds up to 64 outcomes. */
    static final long FARTHEST = 200_000;

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Nothing follows from a log. */
    private static final byte[] NOTHING = new byte[0];

    private final KafkaSettings kafka;
    private final TopicAdmin topics;

    /** @param topics told the ends of trigger topics by; stays open as long as this is used */
    public LogPredecessors(KafkaSettings kafka, TopicAdmin topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    @Override
    public void seek(List<Question> questions, BiConsumer<Question, Legacy> answer) {
        if (questions.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> ends = topics.endOffsets(questions.stream()
                .filter(LogPredecessors::isUncertain)
                .map(question -> partition(question.lane()))
                .toList());
        Set<Integer> partitions = questions.stream()
                .map(LogPredecessors::outcomePartition)
                .collect(Collectors.toCollection(TreeSet::new));
        try (OutcomeReader reader = OutcomeReader.of(kafka, "takeover", Map.of())) {
            Map<Integer, Long> logEnds = reader.endOffsets(partitions);
            Map<LaneKey, Findings> findings = read(reader, questions, logEnds);
            for (Question question : questions) {
                long logEnd = logEnds.getOrDefault(outcomePartition(question), 0L);
                answer.accept(question, legacy(question, ends, logEnd, findings));
            }
        }
    }

    private static Legacy legacy(
            Question question, Map<TopicPartition, Long> ends, long logEnd, Map<LaneKey, Findings> findings) {
        if (!question.owned()) {
            return Legacy.none(logEnd);
        }
        if (question.inOrder()) {
            // What still runs elsewhere may have its outcome there already: it is looked for when its worker dies.
            return new Legacy(0, question.position(), question.position(), new Findings());
        }
        long until = ends.getOrDefault(partition(question.lane()), question.committed());
        return new Legacy(
                Math.max(until, question.committed()),
                question.position(),
                logEnd,
                findings.getOrDefault(key(question), new Findings()));
    }

    private Map<LaneKey, Findings> read(OutcomeReader reader, List<Question> questions, Map<Integer, Long> logEnds) {
        Map<LaneKey, Findings> findings = new HashMap<>();
        Map<Integer, Long> from = new HashMap<>();
        Map<Integer, Long> begins = reader.beginningOffsets(logEnds.keySet());
        for (Question question : questions) {
            if (isUncertain(question)) {
                findings.put(key(question), new Findings());
                int partition = outcomePartition(question);
                long begin = begins.getOrDefault(partition, 0L);
                from.merge(partition, start(question, begin, logEnds.getOrDefault(partition, 0L)), Math::min);
            }
        }
        Map<Integer, Long> open = new HashMap<>(from);
        open.entrySet().removeIf(one -> one.getValue() >= logEnds.getOrDefault(one.getKey(), 0L));
        if (!open.isEmpty()) {
            reader.assign(open);
            readToTheEnd(reader, open, logEnds, findings);
        }
        return findings;
    }

    private static long start(Question question, long begin, long end) {
        boolean believable = question.position() >= 0 && question.position() <= end;
        long farthest = Math.max(begin, end - FARTHEST);
        if (believable && question.position() >= farthest) {
            return question.position();
        }
        if (end - begin > FARTHEST) {
            log.warn(
                    "Lane {} is looked for in the newest {} records of its outcome partition only: what ended before may"
                            + " run twice",
                    question.lane(),
                    FARTHEST);
        }
        return farthest;
    }

    private static void readToTheEnd(
            OutcomeReader reader,
            Map<Integer, Long> open,
            Map<Integer, Long> logEnds,
            Map<LaneKey, Findings> findings) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!open.isEmpty()) {
            List<OutcomeRecord> records = reader.poll(POLL);
            for (OutcomeRecord next : records) {
                take(next, findings);
            }
            open.keySet().removeIf(partition -> reader.position(partition) >= logEnds.getOrDefault(partition, 0L));
            if (!records.isEmpty()) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the outcome log has not answered for " + PATIENCE.toSeconds()
                        + " s: partitions " + open.keySet());
            }
        }
    }

    private static void take(OutcomeRecord next, Map<LaneKey, Findings> findings) {
        try {
            OutcomeHeading heading = OutcomePack.heading(next.pack());
            Findings found = findings.get(new LaneKey(heading.trigger(), heading.partition()));
            if (found != null) {
                OutcomePack.decode(next.pack()).outcomes().forEach(outcome -> found.add(outcome.withLog(NOTHING)));
            }
        } catch (MalformedException e) {
            log.warn(
                    "Record {} of partition {} of the outcome log is not ours and is passed over: {}",
                    next.offset(),
                    next.partition(),
                    e.getMessage());
        }
    }

    private static boolean isUncertain(Question question) {
        return question.owned() && !question.inOrder();
    }

    private static int outcomePartition(Question question) {
        return Topics.outcomePartition(question.trigger(), question.lane().partition());
    }

    private static TopicPartition partition(LaneId lane) {
        return new TopicPartition(lane.topic(), lane.partition());
    }

    private static LaneKey key(Question question) {
        return new LaneKey(question.trigger(), question.lane().partition());
    }

    private record LaneKey(int trigger, int partition) {}
}
