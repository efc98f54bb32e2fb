package dev.millrace.contract;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitrary words of the contract for property tests. */
final class Samples {

    static final OutcomeHeading HEADING =
            new OutcomeHeading(17, 3, new TriggerRef(FunctionRef.of("resize"), "photos"), TriggerType.COS);

    private static final Arbitrary<Long> TIMES = Arbitraries.longs().between(0, EventHeader.MAX_TIME);
    private static final Arbitrary<String> TEXTS =
            Arbitraries.strings().withCharRange(' ', '\uD7FF').ofMaxLength(40);

    private Samples() {}

    static Arbitrary<EventAddress> addresses() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, EventAddress.MAX_TRIGGER),
                        Arbitraries.integers().between(0, EventAddress.MAX_PARTITION),
                        Arbitraries.longs().between(0, EventAddress.MAX_OFFSET))
                .as(EventAddress::new);
    }

    static Arbitrary<AttemptError> errors() {
        return Combinators.combine(Arbitraries.integers().between(0, 9999), TEXTS, TEXTS, TEXTS)
                .as(AttemptError::new);
    }

    static Arbitrary<Attempt> attempts() {
        Arbitrary<ColdStart> coldStarts =
                Combinators.combine(TIMES, TIMES, TIMES, TIMES).as(ColdStart::new);
        return Combinators.combine(
                        Arbitraries.integers().between(1, EventHeader.MAX_ATTEMPT),
                        TIMES,
                        TIMES,
                        coldStarts.injectNull(0.5),
                        TEXTS,
                        Arbitraries.longs().greaterOrEqual(0),
                        errors().injectNull(0.5),
                        TIMES)
                .as(Attempt::new);
    }

    static Arbitrary<EventHeader> headers() {
        Arbitrary<List<Attempt>> histories = attempts().list().ofMaxSize(EventHeader.MAX_HISTORY);
        Arbitrary<EventHeader> plain = Combinators.combine(
                        TIMES,
                        Arbitraries.integers().between(1, EventHeader.MAX_ATTEMPT),
                        Arbitraries.integers().between(0, 3),
                        TIMES,
                        TIMES,
                        Arbitraries.integers().between(0, 16),
                        histories)
                .as((acceptedAt, attempt, crashes, expiresAt, notBefore, hops, history) -> new EventHeader(
                        acceptedAt, attempt, crashes, expiresAt, notBefore, null, null, null, hops, history));
        return Combinators.combine(
                        plain,
                        addresses().injectNull(0.5),
                        TEXTS.injectNull(0.5),
                        addresses().injectNull(0.5))
                .as((header, origin, dedupKey, replayOf) -> new EventHeader(
                        header.acceptedAt(),
                        header.attempt(),
                        header.crashes(),
                        header.expiresAt(),
                        header.notBefore(),
                        origin,
                        dedupKey,
                        replayOf,
                        header.hops(),
                        header.history()));
    }

    static Arbitrary<DeadLetter> deadLetters() {
        return Combinators.combine(
                        addresses(),
                        Arbitraries.of(TriggerType.class),
                        Arbitraries.of(Status.FAILED, Status.EXPIRED, Status.DEAD),
                        errors(),
                        Arbitraries.integers().between(0, EventHeader.MAX_ATTEMPT),
                        TIMES)
                .as((address, type, reason, error, attempts, deadAt) ->
                        new DeadLetter(address, HEADING.ref(), type, reason, error, attempts, deadAt));
    }

    /** Outcomes of the lane of {@link #HEADING}. */
    static Arbitrary<Outcome> outcomes() {
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        Arbitrary<Outcome> plain = Combinators.combine(
                        Arbitraries.longs().between(0, EventAddress.MAX_OFFSET),
                        Arbitraries.of(Status.class).filter(status -> status.isTerminal() || status == Status.RETRYING),
                        TEXTS,
                        TIMES,
                        TIMES,
                        Arbitraries.integers().between(0, 604_800),
                        attempts().list().ofMaxSize(4),
                        bytes)
                .as((offset, status, version, acceptedAt, endedAt, ttl, attempts, log) -> new Outcome(
                        new EventAddress(HEADING.trigger(), HEADING.partition(), offset),
                        status,
                        version,
                        acceptedAt,
                        endedAt,
                        ttl,
                        attempts,
                        new byte[0],
                        null,
                        log,
                        null));
        return Combinators.combine(
                        plain,
                        bytes,
                        errors().injectNull(0.4),
                        addresses().injectNull(0.7),
                        Arbitraries.oneOf(Arbitraries.just(0L), TIMES))
                .as((outcome, result, error, replayOf, waited) -> new Outcome(
                        outcome.address(),
                        outcome.status(),
                        outcome.version(),
                        outcome.acceptedAt(),
                        outcome.endedAt(),
                        outcome.ttlSeconds(),
                        outcome.attempts(),
                        result,
                        error,
                        outcome.log(),
                        replayOf,
                        waited));
    }
}
