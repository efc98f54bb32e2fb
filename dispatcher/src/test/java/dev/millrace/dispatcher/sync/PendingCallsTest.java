package dev.millrace.dispatcher.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Correlation;
import dev.millrace.kafka.ReplyReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class PendingCallsTest {

    private static final byte[] PACK = {1};

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PendingCalls calls = new PendingCalls(77, meters);

    @Test
    void aReplyFindsItsCallerAndOnesForNobodyAreCountedAndDropped() throws Exception {
        PendingCall first = calls.open(1);
        PendingCall second = calls.open(1);
        calls.close(first);

        reply(first.correlation().toBytes(), PACK);
        reply(new Correlation(78, second.correlation().number()).toBytes(), PACK);
        reply(new byte[3], PACK);
        reply(null, PACK);
        reply(second.correlation().toBytes(), null);
        reply(second.correlation().toBytes(), PACK);

        assertThat(second.await(0)).isInstanceOf(PendingCall.News.Reply.class);
        assertThat(second.await(0)).isNull();
        assertThat(dropped("late")).isEqualTo(1);
        assertThat(dropped("foreign")).isEqualTo(1);
        assertThat(dropped("forged")).isEqualTo(3);
    }

    @Test
    void aLostWorkerIsToldToThoseWhoWaitForItAndToNobodyElse() throws Exception {
        PendingCall ofFirst = calls.open(1);
        PendingCall ofSecond = calls.open(2);

        calls.lost(1);

        assertThat(ofFirst.await(0)).isInstanceOf(PendingCall.News.WorkerLost.class);
        assertThat(ofSecond.await(0)).isNull();
        calls.stop();
        assertThat(ofSecond.await(0)).isInstanceOf(PendingCall.News.Stopping.class);
    }

    @Test
    void whatIsOutstandingIsCountedByLease() {
        PendingCall first = calls.open(1);
        PendingCall second = calls.open(1);
        assertThat(calls.outstanding(1)).isEqualTo(2);
        assertThat(calls.outstanding(2)).isZero();

        calls.close(first);
        calls.close(second);

        assertThat(calls.outstanding(1)).isZero();
        assertThat(meters.get("millrace.calls.pending").gauge().value()).isZero();
    }

    private void reply(byte[] key, byte[] pack) {
        calls.reply(new ReplyReader.Reply(key, pack));
    }

    private double dropped(String why) {
        return meters.get("millrace.replies.dropped")
                .tag("reason", why)
                .counter()
                .count();
    }
}
