package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Topics;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Results in the memory of one process, with the promises of the real ones (one contract suite holds both to them): for
 * tests of whoever reads or writes results. Thread-safe.
 */
public final class InMemoryResults implements ResultReader, ResultWriter {

    private final Clock clock;
    private final Map<EventAddress, Kept> results = new HashMap<>();
    private final Map<EventAddress, Kept> retrying = new HashMap<>();
    private final Map<EventAddress, RunningRun> running = new HashMap<>();
    private final Map<EventAddress, Map<Integer, Kept>> logs = new HashMap<>();
    private final Map<RecentList, List<byte[]>> recent = new HashMap<>();
    private final Map<Integer, RecordedPosition> positions = new HashMap<>();
    private final Map<Integer, Long> furthest = new HashMap<>();
    private final Map<Integer, OutcomeBatch> sent = new TreeMap<>();
    private boolean available = true;

    /** Empty, as a new Redis. */
    public InMemoryResults(Clock clock) {
        this.clock = clock;
    }

    /** From now on everything fails as it does while Redis is down, or works again. */
    public synchronized void setAvailable(boolean available) {
        this.available = available;
        sent.clear();
    }

    /** Loses everything, as {@code FLUSHALL} does. */
    public synchronized void flushAll() {
        results.clear();
        retrying.clear();
        running.clear();
        logs.clear();
        recent.clear();
        positions.clear();
    }

    /** What {@link RunningRuns} would say. */
    public synchronized void runs(RunningRun run) {
        running.put(run.address(), run);
    }

    @Override
    public synchronized void write(OutcomeBatch batch) {
        requireAvailable();
        OutcomeBatch before = sent.get(batch.partition());
        if (before != null && before.next() != batch.from()) {
            throw new IllegalArgumentException("a gap before " + batch.from());
        }
        for (OutcomePack.Entries pack : batch.packs()) {
            pack.entries().forEach(entry -> keep(pack, entry));
        }
        sent.put(
                batch.partition(),
                new OutcomeBatch(
                        batch.partition(), before == null ? batch.from() : before.from(), batch.next(), List.of()));
    }

    @Override
    public synchronized Set<Integer> drain() {
        requireAvailable();
        Set<Integer> notMoved = new HashSet<>();
        for (OutcomeBatch stretch : sent.values()) {
            RecordedPosition at = positions.getOrDefault(stretch.partition(), RecordedPosition.UNKNOWN);
            if (at.recorded().equals(OptionalLong.of(stretch.from()))) {
                boolean rebuilt =
                        at.rebuildingUntil().isPresent() && at.rebuildingUntil().getAsLong() <= stretch.next();
                positions.put(
                        stretch.partition(),
                        new RecordedPosition(
                                OptionalLong.of(stretch.next()),
                                rebuilt ? OptionalLong.empty() : at.rebuildingUntil()));
            } else {
                notMoved.add(stretch.partition());
            }
        }
        sent.clear();
        return notMoved;
    }

    @Override
    public synchronized Map<Integer, RecordedPosition> positions(Collection<Integer> partitions) {
        requireAvailable();
        Map<Integer, RecordedPosition> found = new HashMap<>();
        partitions.forEach(
                partition -> found.put(partition, positions.getOrDefault(partition, RecordedPosition.UNKNOWN)));
        return found;
    }

    @Override
    public synchronized boolean reposition(
            int partition, OptionalLong expected, long position, OptionalLong rebuildingUntil) {
        requireAvailable();
        if (!positions
                .getOrDefault(partition, RecordedPosition.UNKNOWN)
                .recorded()
                .equals(expected)) {
            return false;
        }
        boolean rebuilding = rebuildingUntil.isPresent() && rebuildingUntil.getAsLong() > position;
        positions.put(
                partition,
                new RecordedPosition(OptionalLong.of(position), rebuilding ? rebuildingUntil : OptionalLong.empty()));
        return true;
    }

    @Override
    public synchronized Lookup find(EventAddress address) {
        requireAvailable();
        int partition = Topics.outcomePartition(address);
        RecordedPosition position = positions.getOrDefault(partition, RecordedPosition.UNKNOWN);
        boolean lost = isLost(partition, position);
        Kept result = alive(results.get(address));
        if (result != null) {
            OutcomePack.Decoded decoded = decode(result.value());
            return new Lookup.Finished(decoded.heading(), decoded.outcomes().getFirst());
        }
        if (lost) {
            return new Lookup.Rebuilding();
        }
        long upTo = position.recorded().getAsLong();
        Kept failedAttempt = alive(retrying.get(address));
        RunningRun run = running.get(address);
        if (failedAttempt == null && run == null) {
            return new Lookup.Absent(upTo);
        }
        if (failedAttempt == null) {
            return new Lookup.Unfinished(null, run, upTo);
        }
        OutcomePack.Decoded decoded = decode(failedAttempt.value());
        Lookup.Retrying last =
                new Lookup.Retrying(decoded.heading(), decoded.outcomes().getFirst());
        return new Lookup.Unfinished(last, Lookup.stillRuns(run, last) ? run : null, upTo);
    }

    @Override
    public synchronized Lookup.Finished confirm(OutcomePack.Entry seen) {
        requireAvailable();
        long expiresAt = seen.endedAt() + seen.ttlSeconds() * 1000L;
        if (expiresAt > clock.millis() && alive(results.get(seen.address())) == null) {
            results.put(seen.address(), new Kept(seen.stored(), expiresAt));
        }
        Kept first = alive(results.get(seen.address()));
        OutcomePack.Decoded decoded = decode(first == null ? seen.stored() : first.value());
        return new Lookup.Finished(decoded.heading(), decoded.outcomes().getFirst());
    }

    @Override
    public synchronized Lookup restore(List<OutcomePack.Entry> outcomes) {
        requireAvailable();
        boolean ended = outcomes.stream().anyMatch(outcome -> outcome.status().isTerminal());
        for (OutcomePack.Entry outcome : outcomes) {
            Kept text = new Kept(outcome.log(), outcome.endedAt() + outcome.ttlSeconds() * 1000L);
            if (outcome.log().length > 0) {
                logs.computeIfAbsent(outcome.address(), address -> new HashMap<>())
                        .putIfAbsent(outcome.attempt(), text);
            }
            if (outcome.status().isTerminal()) {
                confirm(outcome);
            } else if (!ended) {
                retrying.put(outcome.address(), new Kept(outcome.stored(), text.expiresAt()));
            }
        }
        return find(outcomes.getFirst().address());
    }

    @Override
    public synchronized Optional<byte[]> log(EventAddress address, int attempt) {
        requireAvailable();
        Kept log = alive(logs.getOrDefault(address, Map.of()).get(attempt));
        return log == null ? Optional.empty() : Optional.of(log.value());
    }

    @Override
    public synchronized RecentPage recent(RecentQuery query) {
        requireAvailable();
        List<byte[]> elements = recent.getOrDefault(
                new RecentList(query.function().toString(), RecentChoice.wantsOnlyFailed(query)), List.of());
        return RecentChoice.page(query, RecentChoice.choose(query, elements), this::outcomes);
    }

    @Override
    public void close() {
        // Nothing is held open; what was written stays readable.
    }

    private void keep(OutcomePack.Entries pack, OutcomePack.Entry entry) {
        long expiresAt = entry.endedAt() + entry.ttlSeconds() * 1000L;
        if (entry.status().isTerminal()) {
            if (expiresAt <= clock.millis()) {
                return;
            }
            if (alive(results.get(entry.address())) == null) {
                results.put(entry.address(), new Kept(entry.stored(), expiresAt));
            }
            retrying.remove(entry.address());
        } else {
            retrying.put(entry.address(), new Kept(entry.stored(), expiresAt));
        }
        if (entry.log().length > 0) {
            logs.computeIfAbsent(entry.address(), address -> new HashMap<>())
                    .putIfAbsent(entry.attempt(), new Kept(entry.log(), expiresAt));
        }
        String function = pack.heading().ref().function().toString();
        list(new RecentList(function, false), entry);
        if (RecentEntry.isFailed(entry.status())) {
            list(new RecentList(function, true), entry);
        }
    }

    private void list(RecentList key, OutcomePack.Entry entry) {
        ByteBuffer element = ByteBuffer.allocate(RecentEntry.BYTES);
        RecentEntry.write(entry, element);
        List<byte[]> list = recent.computeIfAbsent(key, name -> new ArrayList<>());
        list.addLast(element.array());
        if (list.size() > RecentEntry.KEPT) {
            list.removeFirst();
        }
    }

    private List<Optional<OutcomePack.Decoded>> outcomes(List<EventAddress> addresses) {
        List<Optional<OutcomePack.Decoded>> found = new ArrayList<>();
        for (EventAddress address : addresses) {
            Kept kept = alive(results.get(address)) == null ? alive(retrying.get(address)) : results.get(address);
            found.add(Optional.ofNullable(kept)
                    .map(Kept::value)
                    .map(InMemoryResults::decode)
                    .map(decoded -> new OutcomePack.Decoded(
                            decoded.heading(),
                            List.of(decoded.outcomes().getFirst().withoutResult()))));
        }
        return found;
    }

    private boolean isLost(int partition, RecordedPosition position) {
        if (position.recorded().isEmpty()) {
            return true;
        }
        long recorded = position.recorded().getAsLong();
        if (position.rebuildingUntil().isPresent()) {
            furthest.put(partition, recorded);
            return true;
        }
        return furthest.merge(partition, recorded, Math::max) > recorded;
    }

    private @Nullable Kept alive(@Nullable Kept kept) {
        return kept == null || kept.expiresAt() <= clock.millis() ? null : kept;
    }

    private void requireAvailable() {
        if (!available) {
            throw new RedisUnavailableException("the results in memory are switched off");
        }
    }

    private static OutcomePack.Decoded decode(byte[] stored) {
        try {
            return OutcomePack.decode(stored);
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    private record RecentList(String function, boolean failed) {}

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Kept(byte[] value, long expiresAt) {}
}
