package dev.millrace.worker.sync;

import dev.millrace.contract.CallHeader;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.kafka.ReplyWriter;
import dev.millrace.kafka.Stored;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.execute.CallAnswers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends callers the ends of their calls. Thread-safe. */
public final class CallReplies implements CallAnswers {

    /** SCF: what a caller gets of the log. */
    static final int TAIL_BYTES = 4 * 1024;

    private static final Logger log = LoggerFactory.getLogger(CallReplies.class);
    private static final byte[] NOTHING = {};

    private final ReplyWriter replies;
    private final Counter lost;
    private final Map<EventAddress, CallHeader> waiting = new ConcurrentHashMap<>();

    /** Replies by this writer. */
    public CallReplies(ReplyWriter replies, MeterRegistry meters) {
        this.replies = replies;
        this.lost = Counter.builder("millrace.replies.lost")
                .description("replies that Kafka did not take; the outcomes are in the log")
                .register(meters);
    }

    /** Somebody waits for the end of this call. */
    void expect(EventAddress call, CallHeader header) {
        waiting.put(call, header);
    }

    @Override
    public void ended(Delivery call, Outcome outcome, byte[] encoded) {
        CallHeader header = waiting.remove(call.address());
        if (header == null) {
            return; // It has been told already.
        }
        OutcomeHeading heading = new OutcomeHeading(
                call.address().trigger(),
                call.address().partition(),
                call.trigger().ref(),
                call.trigger().spec().type());
        OutcomePack pack = new OutcomePack(heading);
        pack.add(outcome.log().length == 0 ? encoded : OutcomePack.encode(outcome.withLog(logFor(header, outcome))));
        replies.send(header.replyPartition(), header.correlation(), pack.toBytes(), new Stored() {
            @Override
            public void stored(long offset) {
                // Its reader has it; whether somebody still waits is his affair.
            }

            @Override
            public void failed(Exception why) {
                lost.increment();
                log.debug("the reply to {} was not sent; its outcome is in the log", call.address(), why);
            }
        });
    }

    private static byte[] logFor(CallHeader header, Outcome outcome) {
        return header.tail() ? tail(outcome.log()) : NOTHING;
    }

    /** The last bytes of a text, beginning with a whole character. */
    static byte[] tail(byte[] text) {
        int from = Math.max(0, text.length - TAIL_BYTES);
        while (from > 0 && from < text.length && (text[from] & 0xC0) == 0x80) {
            from++;
        }
        return from == 0 ? text : Arrays.copyOfRange(text, from, text.length);
    }
}
