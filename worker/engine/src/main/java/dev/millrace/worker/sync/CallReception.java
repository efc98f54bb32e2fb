package dev.millrace.worker.sync;

import dev.millrace.contract.CallHeader;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.HeaderRanges;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.RequestRecord;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.kafka.registry.RetiredTrigger;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import dev.millrace.worker.execute.CallDesk;
import dev.millrace.worker.fate.AttemptEnd;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what becomes of a record of the requests topic: begun, refused, or passed over. Thread-safe. */
final class CallReception {

    private static final Logger log = LoggerFactory.getLogger(CallReception.class);

    /** How far the clocks of two machines may differ: a call is begun so long after nobody waits for it any more. */
    private static final Duration CLOCKS = Duration.ofSeconds(5);

    /** A registry that is behind the caller's has this long to come up. */
    private static final Duration REGISTRY = Duration.ofSeconds(2);

    private final Topics topics;
    private final Registry registry;
    private final CallDesk desk;
    private final CallReplies replies;
    private final LongPredicate covers;
    private final Counter taken;
    private final Counter strange;

    /** @param covers whether a call that was sent to this lease may be run here */
    CallReception(
            Topics topics,
            Registry registry,
            CallDesk desk,
            CallReplies replies,
            LongPredicate covers,
            MeterRegistry meters) {
        this.topics = topics;
        this.registry = registry;
        this.desk = desk;
        this.replies = replies;
        this.covers = covers;
        this.taken = Counter.builder("millrace.calls.taken")
                .description("synchronous calls read by this worker")
                .register(meters);
        this.strange = Counter.builder("millrace.calls.strange")
                .description("records of the requests topic that no dispatcher wrote, or for a function that never was")
                .register(meters);
    }

    /** Takes a request. Answers whether its end will be told; else nobody waits for one. Does not block. */
    boolean take(Tenure tenure, RequestRecord request) {
        taken.increment();
        CallHeader header = request.header();
        EventHeader carried = header == null ? null : carried(header, request);
        if (header == null || carried == null) {
            strange.increment();
            log.debug("the request at {}@{} was not written by a dispatcher", tenure.partition(), request.offset());
            return false;
        }
        if (registry.view().revision() < header.revision()) {
            Thread.ofVirtual().name("call").start(() -> takeAfterRegistry(tenure, request, header, carried));
            return true;
        }
        return take(tenure, request, header, carried);
    }

    private boolean take(Tenure tenure, RequestRecord request, CallHeader header, EventHeader carried) {
        TriggerDefinition trigger = trigger(header.trigger());
        if (trigger == null) {
            strange.increment();
            log.warn(
                    "the request at {}@{} is for trigger {}, which never was",
                    tenure.partition(),
                    request.offset(),
                    header.trigger());
            return false;
        }
        EventAddress address = EventAddress.ofCall(header.trigger(), tenure.partition(), request.offset());
        LaneId lane = new LaneId(topics.requests(), tenure.partition(), tenure.epoch());
        Delivery call = new Delivery(lane, request.offset(), address, carried, trigger, request.event(), null);
        replies.expect(address, header);
        if (covers.test(header.lease())) {
            desk.begin(call);
        } else {
            desk.refuse(
                    call,
                    AttemptEnd.CallRefused.workerLost(
                            "the worker that was to run it is gone, or stood still: it is not run again by another"));
        }
        return true;
    }

    /** Calls made right after a change run as what the function was then. */
    private void takeAfterRegistry(Tenure tenure, RequestRecord request, CallHeader header, EventHeader carried) {
        try {
            if (registry.await(header.revision(), REGISTRY)) {
                desk.refresh();
            }
            take(tenure, request, header, carried);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that; a successor ends it as lost.
        }
    }

    /** The header as events have it, which says when it is too late to begin; {@code null} if no honest clock wrote it. */
    private static @Nullable EventHeader carried(CallHeader header, RequestRecord request) {
        EventHeader carried = new EventHeader(
                header.acceptedAt(),
                1,
                0,
                Math.min(EventHeader.MAX_TIME, header.deadline() + CLOCKS.toMillis()),
                0,
                null,
                null,
                null,
                0,
                List.of());
        try {
            HeaderRanges.check(carried, request.storedAt());
            return carried;
        } catch (MalformedException e) {
            return null;
        }
    }

    private @Nullable TriggerDefinition trigger(int number) {
        RegistryView view = registry.view();
        Optional<TriggerDefinition> present = view.trigger(number);
        return present.or(() -> view.retired(number).map(RetiredTrigger::definition))
                .orElse(null);
    }
}
