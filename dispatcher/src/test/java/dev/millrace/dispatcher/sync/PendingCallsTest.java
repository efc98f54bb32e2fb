package dev.millrace.dispatcher.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.Correlation;
import dev.millrace.kafka.ReplyReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PendingCallsTest {

    private static final byte[] PACK = {1};

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PendingCalls calls = new PendingCalls(77, meters);

    @Test
    void aReplyFindsItsCallerAndOnesForNobodyAreCountedAndDropped() throws Exception {
        PendingCall first = calls.open(1, over());
        PendingCall second = calls.open(1, over());
        calls.close(first);

        reply(first.correlation().toBytes(), PACK);
        reply(new Correlation(78, second.correlation().number()).toBytes(), PACK);
        reply(new byte[3], PACK);
        reply(null, PACK);
        reply(second.correlation().toBytes(), null);
        reply(second.correlation().toBytes(), PACK);

        assertThat(second.await()).isInstanceOf(PendingCall.News.Reply.class);
        assertThat(second.await()).isNull();
        assertThat(dropped("late")).isEqualTo(1);
        assertThat(dropped("foreign")).isEqualTo(1);
        assertThat(dropped("forged")).isEqualTo(3);
    }

    @Test
    void aLostWorkerIsToldToThoseWhoWaitForItAndToNobodyElse() throws Exception {
        PendingCall ofFirst = calls.open(1, over());
        PendingCall ofSecond = calls.open(2, over());

        calls.lost(1);

        assertThat(ofFirst.await()).isInstanceOf(PendingCall.News.WorkerLost.class);
        assertThat(ofSecond.await()).isNull();
        calls.stop();
        assertThat(ofSecond.await()).isInstanceOf(PendingCall.News.Stopping.class);
    }

    @Test
    void whatIsOutstandingIsCountedByLease() {
        PendingCall first = calls.open(1, over());
        PendingCall second = calls.open(1, over());
        assertThat(calls.outstanding(1)).isEqualTo(2);
        assertThat(calls.outstanding(2)).isZero();

        calls.close(first);
        calls.close(second);

        assertThat(calls.outstanding(1)).isZero();
        assertThat(meters.get("millrace.calls.pending").gauge().value()).isZero();
    }

    @Test
    void whoWaitsLongIsWokenInTimeAndHearsThatNothingCame() throws Exception {
        PendingCall call = calls.open(1, System.nanoTime() + PendingCall.LAST_NANOS + 50_000_000);
        FutureTask<PendingCall.News> waiting = new FutureTask<>(call::await);
        Thread.ofVirtual().start(waiting);
        try (CallClock clock = new CallClock(calls)) {
            clock.start();

            assertThat(waiting.get(30, TimeUnit.SECONDS)).isNull();
        }
    }

    @Test
    void whoIsInterruptedWaitsNoLonger() throws Exception {
        PendingCall call = calls.open(1, System.nanoTime() + TimeUnit.HOURS.toNanos(1));
        FutureTask<PendingCall.News> waiting = new FutureTask<>(call::await);
        Thread caller = Thread.ofVirtual().start(waiting);
        caller.interrupt();

        assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
    }

    /** What is there is handed out all the same. */
    private static long over() {
        return System.nanoTime();
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
