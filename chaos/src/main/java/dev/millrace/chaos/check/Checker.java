package dev.millrace.chaos.check;

import dev.millrace.chaos.journal.Answer;
import dev.millrace.chaos.journal.Call;
import dev.millrace.chaos.journal.FaultNote;
import dev.millrace.chaos.journal.LineReader;
import dev.millrace.chaos.journal.Run;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * The checker's program. While the faults go on it looks at accepted requests until each has a terminal state, which it
 * keeps; when the faults are over it waits for the rest, looks at all of them once more, and judges.
 */
public final class Checker {

    /** Name of the file with the verdict. */
    public static final String VERDICT = "verdict.json";

    private static final int QUESTIONS_AT_ONCE = 16;

    /** While the cluster is being hurt it is not to be busy with the checker. */
    private static final int QUESTIONS_PER_ROUND = 20;

    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(500);
    private static final Duration QUIET = Duration.ofSeconds(45);
    private static final int EXAMPLES = 20;
    private static final int LONGEST_EXAMPLE = 600;

    private final Path directory;
    private final int concurrency;
    private final PublicApi api;
    private final LineReader<Call> journal;
    private final LineReader<Answer> answers;
    private final LineReader<Run> ledger;
    private final LineReader<FaultNote> faults;
    private final Evidence evidence = new Evidence();
    private final Map<String, Ended> first = new ConcurrentHashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final Queue<String> open = new ArrayDeque<>();

    private Checker(Path directory, int concurrency, PublicApi api) {
        this.directory = directory;
        this.concurrency = concurrency;
        this.api = api;
        this.journal = new LineReader<>(directory.resolve("journal.jsonl"), Call.class);
        this.answers = new LineReader<>(directory.resolve("answers.jsonl"), Answer.class);
        this.ledger = new LineReader<>(directory.resolve("ledger.jsonl"), Run.class);
        this.faults = new LineReader<>(directory.resolve("faults.jsonl"), FaultNote.class);
    }

    /**
     * The arguments are the folder with the journal, how many runs there may be at once, and the addresses of the dispatchers. The faults are over when there
     * is a file {@code over} in the folder. The exit code is 0 when every promise was kept.
     */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        List<URI> doors =
                List.of(args).subList(2, args.length).stream().map(URI::create).toList();
        try (PublicApi api = new PublicApi(doors)) {
            Verdict verdict = new Checker(directory, Integer.parseInt(args[1]), api).check();
            Files.write(directory.resolve(VERDICT), JsonMapper.builder().build().writeValueAsBytes(verdict));
            System.exit(verdict.holds() ? 0 : 1);
        }
    }

    private Verdict check() throws IOException, InterruptedException {
        while (!Files.exists(directory.resolve("over"))) {
            read();
            look(QUESTIONS_PER_ROUND);
            Thread.sleep(BETWEEN_ROUNDS);
        }
        awaitTheRest();
        read(); // A run's last line is in the ledger before its end is in the API, which was looked at just now.
        Map<String, Ended> last = everythingOnceMore();
        List<String> secondOutcomes = new ArrayList<>();
        last.forEach((id, end) -> {
            Ended before = first.get(id);
            if (before != null && !before.hash().equals(end.hash())) {
                secondOutcomes.add(id + ": " + before + ", later " + end);
            }
        });
        return withStates(new Judgement(evidence, last, concurrency).verdict(secondOutcomes, api.books()));
    }

    private void read() throws IOException {
        journal.more().forEach(evidence::add);
        answers.more().forEach(evidence::add);
        ledger.more().forEach(evidence::add);
        faults.more().forEach(evidence::add);
        evidence.requestIds().stream().filter(asked::add).forEach(open::add);
    }

    /** Asks about so many requests that have not ended as far as is known. */
    private int look(int most) throws InterruptedException {
        List<String> now = new ArrayList<>();
        while (now.size() < most && !open.isEmpty()) {
            now.add(open.remove());
        }
        Map<String, Ended> found = ask(now);
        first.putAll(found);
        now.stream().filter(id -> !found.containsKey(id)).forEach(open::add);
        return found.size();
    }

    /** As long as requests come to an end there is hope for the others. */
    private void awaitTheRest() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + QUIET.toNanos();
        do {
            read();
            if (look(open.size()) > 0) {
                deadline = System.nanoTime() + QUIET.toNanos();
            }
            Thread.sleep(BETWEEN_ROUNDS);
        } while (!open.isEmpty() && System.nanoTime() < deadline);
    }

    private Map<String, Ended> everythingOnceMore() throws InterruptedException {
        Map<String, Ended> last = new HashMap<>(ask(evidence.requestIds()));
        Set<String> silent = new HashSet<>(first.keySet());
        silent.removeAll(last.keySet());
        for (int round = 0; round < 20 && !silent.isEmpty(); round++) {
            Thread.sleep(BETWEEN_ROUNDS);
            Map<String, Ended> more = ask(silent);
            last.putAll(more);
            silent.removeAll(more.keySet());
        }
        return last;
    }

    private Map<String, Ended> ask(Collection<String> ids) throws InterruptedException {
        Map<String, Ended> found = new ConcurrentHashMap<>();
        Semaphore free = new Semaphore(QUESTIONS_AT_ONCE);
        CountDownLatch answered = new CountDownLatch(ids.size());
        try (ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String id : ids) {
                free.acquire();
                questions.execute(() -> {
                    try {
                        api.ended(id).ifPresent(end -> found.put(id, end));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        free.release();
                        answered.countDown();
                    }
                });
            }
            if (!answered.await(10, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the dispatchers do not answer");
            }
        }
        return found;
    }

    /** A lost request is told with what the API says about it. */
    private Verdict withStates(Verdict verdict) throws InterruptedException {
        List<String> told = new ArrayList<>();
        for (String lost : verdict.of(Breach.LOST)) {
            String state = told.size() < EXAMPLES ? api.state(lost.substring(0, lost.indexOf(':'))) : "";
            told.add(lost + "; " + state.substring(0, Math.min(state.length(), LONGEST_EXAMPLE)));
        }
        return verdict.told(Breach.LOST, told);
    }
}
