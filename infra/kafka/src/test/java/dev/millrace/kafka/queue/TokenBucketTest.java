package dev.millrace.kafka.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void itFillsAtItsRateUpToItsBurst() {
        TokenBucket bucket = new TokenBucket(0);

        assertThat(bucket.take(0, 10, 3)).as("empty at first").isEqualTo(SECOND / 10);
        assertThat(bucket.take(SECOND / 10, 10, 3)).isZero();
        assertThat(bucket.take(SECOND / 10, 10, 3)).isEqualTo(SECOND / 10);
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.take(60 * SECOND, 10, 3)).isZero();
        }
        assertThat(bucket.take(60 * SECOND, 10, 3)).isEqualTo(SECOND / 10);
    }

    @Test
    void whoComesWhenHeWasToldToIsLetIn() {
        TokenBucket bucket = new TokenBucket(0);
        long wait = bucket.take(7, 0.3, 1);
        assertThat(bucket.take(7 + wait, 0.3, 1)).isZero();
    }

    @Test
    void whatIsGivenBackIsThereForTheNext() {
        TokenBucket bucket = new TokenBucket(0);
        assertThat(bucket.take(SECOND, 1, 1)).isZero();
        bucket.giveBack();
        assertThat(bucket.take(SECOND, 1, 1)).isZero();
        assertThat(bucket.take(SECOND, 1, 1)).isEqualTo(SECOND);
    }

    @Test
    void inNoTimeDoMoreComeInThanTheBurstAndWhatTheTimeBrings() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            double rate = 1 + random.nextInt(1000);
            int burst = 1 + random.nextInt(50);
            TokenBucket bucket = new TokenBucket(0);
            long now = 0;
            int in = 0;
            for (int i = 0; i < 2_000; i++) {
                now += random.nextLong(SECOND / 500);
                in += bucket.take(now, rate, burst) == 0 ? 1 : 0;
                assertThat(in).isLessThanOrEqualTo((int) Math.floor(rate * now / SECOND) + 1);
            }
        }
    }
}
