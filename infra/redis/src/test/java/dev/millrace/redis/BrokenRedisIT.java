package dev.millrace.redis;

import static dev.millrace.redis.Outcomes.ENDED;
import static dev.millrace.redis.Outcomes.address;
import static dev.millrace.redis.Outcomes.batch;
import static dev.millrace.redis.Outcomes.partition;
import static dev.millrace.redis.Outcomes.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.embedded.EmbeddedRedis;
import dev.millrace.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/** A Redis of its own, which is stopped, starved, locked and misconfigured. */
class BrokenRedisIT {

    private final SettableClock clock = SettableClock.at(Instant.ofEpochMilli(ENDED));

    @TempDir
    private Path directory;

    @Test
    void aStoppedRedisIsOneExceptionAndALaterOneGoesOn() {
        try (EmbeddedRedis server = EmbeddedRedis.in(directory).start();
                Redis redis = new Redis(RedisSettings.of(server.uri().toString()));
                RedisResultWriter writer = new RedisResultWriter(redis, clock)) {
            writer.reposition(partition(), OptionalLong.empty(), 0, OptionalLong.empty());
            writer.write(batch(0, 1, succeeded(1, "1")));
            assertThat(writer.drain()).isEmpty();
            server.stop();

            assertThat(redis.isReachable()).isFalse();
            assertThatThrownBy(() -> {
                        writer.write(batch(1, 2, succeeded(2, "1")));
                        writer.drain();
                    })
                    .isInstanceOf(RedisUnavailableException.class);
            assertThatThrownBy(() -> writer.positions(Set.of(partition())))
                    .isInstanceOf(RedisUnavailableException.class);

            server.restart();
            writer.write(batch(1, 2, succeeded(2, "1")));
            assertThat(writer.drain()).isEmpty();
            assertThat(new RedisResultReader(redis, clock).find(address(2))).isInstanceOf(Lookup.Finished.class);
            assertThat(redis.isReachable()).isTrue();
        }
    }

    @Test
    void aRefusedResultDoesNotMoveThePosition() {
        try (EmbeddedRedis server = EmbeddedRedis.in(directory).start();
                Redis redis = new Redis(RedisSettings.of(server.uri().toString()));
                RedisResultWriter writer = new RedisResultWriter(redis, clock)) {
            writer.reposition(partition(), OptionalLong.empty(), 0, OptionalLong.empty());
            redis.call("CONFIG SET", jedis -> jedis.configSet("maxmemory", "1mb"));
            writer.write(batch(0, 1, succeeded(1, "1")));
            assertThatThrownBy(writer::drain)
                    .isInstanceOf(RedisUnavailableException.class)
                    .hasMessageContaining("OOM");

            redis.call("CONFIG SET", jedis -> jedis.configSet("maxmemory", "0"));
            assertThat(writer.positions(Set.of(partition())))
                    .containsEntry(partition(), new RecordedPosition(OptionalLong.of(0), OptionalLong.empty()));
        }
    }

    /** Else its worker would believe that the leases of all others have ended, and only theirs. */
    @Test
    void aLeaseThatAReadOnlyRedisRefusesHasNotBeenRefreshed() {
        try (EmbeddedRedis server = EmbeddedRedis.in(directory).start();
                Redis redis = new Redis(RedisSettings.of(server.uri().toString()))) {
            WorkerLeases leases = new WorkerLeases(redis);
            WorkerDetails details = new WorkerDetails("w", "host", "1", ENDED, 1, 0, Map.of());
            assertThat(leases.refresh(details).held()).isFalse();
            assertThat(leases.refresh(details).held()).isTrue();
            redis.call(
                    "REPLICAOF",
                    jedis -> jedis.executeCommand(new CommandArguments(Protocol.Command.REPLICAOF)
                            .add("127.0.0.1")
                            .add("1")));

            assertThatThrownBy(() -> leases.refresh(details))
                    .isInstanceOf(RedisUnavailableException.class)
                    .hasMessageContaining("READONLY");
        }
    }

    @Test
    void passwordAndDatabaseAreUsedByEveryConnection() throws Exception {
        try (EmbeddedRedis server = EmbeddedRedis.in(directory).start()) {
            try (Redis open = new Redis(RedisSettings.of(server.uri().toString()));
                    PipelineConnection connection = new PipelineConnection(open)) {
                String[] command = {"ACL", "SETUSER", "millrace", "on", ">s3cret", "~*", "+@all", "-config"};
                connection.commands().command(command.length);
                for (String argument : command) {
                    connection.commands().argument(argument);
                }
                connection.written();
                assertThat(connection.answer()).isEqualTo(1);
            }
            String address = "redis://millrace:s3cret@127.0.0.1:" + server.port() + "/3";
            try (Redis redis = new Redis(RedisSettings.of(address));
                    RedisResultWriter writer = new RedisResultWriter(redis, clock)) {
                redis.requireFit();
                writer.reposition(partition(), OptionalLong.empty(), 0, OptionalLong.empty());
                writer.write(batch(0, 1, succeeded(1, "1")));
                assertThat(writer.drain()).isEmpty();
                assertThat(new RedisResultReader(redis, clock).find(address(1))).isInstanceOf(Lookup.Finished.class);
            }
            try (Redis wrong = new Redis(RedisSettings.of("redis://millrace:wrong@127.0.0.1:" + server.port()));
                    RedisResultWriter writer = new RedisResultWriter(wrong, clock)) {
                assertThatThrownBy(() -> writer.write(batch(0, 1, succeeded(1, "1"))))
                        .isInstanceOf(RedisUnavailableException.class)
                        .hasMessageContaining("WRONGPASS");
            }
        }
    }

    @Test
    void aRedisOfAnotherInstallationIsRefused() {
        try (EmbeddedRedis server = EmbeddedRedis.in(directory).start();
                Redis redis = new Redis(RedisSettings.of(server.uri().toString()));
                Redis beside = new Redis(new RedisSettings(server.uri(), "beside:"))) {
            redis.requireOf("0123456789abcdef");
            redis.requireOf("0123456789abcdef");

            assertThatThrownBy(() -> redis.requireOf("fedcba9876543210"))
                    .isInstanceOf(UnfitRedisException.class)
                    .hasMessageContaining("another installation")
                    .hasMessageContaining("redis-prefix");
            beside.requireOf("fedcba9876543210");
        }
    }

    @Test
    void aRedisThatEvictsIsRefused() {
        try (EmbeddedRedis server = EmbeddedRedis.in(directory)
                        .with("maxmemory-policy", "allkeys-lru")
                        .start();
                Redis redis = new Redis(RedisSettings.of(server.uri().toString()))) {
            assertThatThrownBy(redis::requireFit)
                    .isInstanceOf(UnfitRedisException.class)
                    .hasMessageContaining("CONFIG SET maxmemory-policy noeviction");
        }
    }
}
