package dev.millrace.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first answer of a cluster that may still be starting: tried again, said once, given up after a while. */
final class FirstContact {

    private static final Logger LOG = LoggerFactory.getLogger(FirstContact.class);
    private static final Duration ONE_TRY = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final KafkaSettings settings;
    private final Duration patience;
    private final long deadline;
    private boolean told;

    FirstContact(KafkaSettings settings, Duration patience) {
        this.settings = settings;
        this.patience = patience;
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    /**
     * An admin client whose cluster has answered.
     *
     * @throws KafkaUnavailableException when it does not, or will not
     */
    Admin make() {
        while (true) {
            Throwable why;
            try {
                return answered();
            } catch (ExecutionException e) {
                why = e.getCause() == null ? e : e.getCause();
                refuseHopeless(why);
            } catch (TimeoutException | KafkaException e) {
                why = e;
                refuseMisconfigured(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaUnavailableException("interrupted while waiting for Kafka", e);
            }
            if (left() <= 0) {
                throw new KafkaUnavailableException(
                        "Kafka at " + settings.bootstrapServers() + " did not answer within " + patience.toSeconds()
                                + " s; is it running, and is the address right?",
                        why);
            }
            if (!told) {
                LOG.warn(
                        "Kafka at {} does not answer yet; trying for {} s before giving up",
                        settings.bootstrapServers(),
                        patience.toSeconds());
                told = true;
            }
            LockSupport.parkNanos(Math.min(PAUSE_NANOS, Math.max(0, left())));
        }
    }

    private Admin answered() throws ExecutionException, TimeoutException, InterruptedException {
        Admin admin = Admin.create(settings.admin("admin"));
        boolean answered = false;
        try {
            long wait = Math.max(1, Math.min(ONE_TRY.toNanos(), left()));
            admin.describeCluster().nodes().get(wait, TimeUnit.NANOSECONDS);
            answered = true;
            return admin;
        } finally {
            if (!answered) {
                admin.close(Duration.ZERO);
            }
        }
    }

    private long left() {
        return deadline - System.nanoTime();
    }

    private void refuseHopeless(Throwable why) {
        if (why instanceof AuthenticationException || why instanceof AuthorizationException) {
            throw new KafkaUnavailableException(
                    "Kafka at " + settings.bootstrapServers() + " turns these credentials down: " + why.getMessage(),
                    why);
        }
    }

    /** An address that cannot be resolved may be one that is not there yet; any other wrong option stays wrong. */
    private static void refuseMisconfigured(Exception e) {
        if (e.getCause() instanceof ConfigException wrong
                && !String.valueOf(wrong.getMessage()).contains("resolvable")) {
            throw new IllegalArgumentException("a Kafka option is wrong: " + wrong.getMessage(), e);
        }
        if (e instanceof ConfigException) {
            throw new IllegalArgumentException("a Kafka option is wrong: " + e.getMessage(), e);
        }
    }
}
