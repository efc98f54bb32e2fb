package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class RedisSettingsTest {

    @Test
    void anAddressOfTheUsualFormIsTaken() {
        assertThat(RedisSettings.of("redis://localhost").port()).isEqualTo(6379);
        assertThat(RedisSettings.of("rediss://user:secret@redis.example:6390/2"))
                .hasToString("redis.example:6390");
    }

    @Test
    void anythingElseIsRefusedWithoutShowingThePassword() {
        assertThatThrownBy(() -> RedisSettings.of("http://user:secret@localhost"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redis://")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> RedisSettings.of("redis://localhost/db")).hasMessageContaining("database number");
        assertThatThrownBy(() -> new RedisSettings(URI.create("redis://localhost"), "two words"))
                .hasMessageContaining("key prefix");
    }

    @Test
    void aRedisThatEvictsIsRefusedWithTheCommandThatHelps() {
        RedisSettings settings = RedisSettings.of("redis://localhost");

        assertThatThrownBy(() -> RedisFitness.requireNoEviction("allkeys-lru", settings))
                .isInstanceOf(UnfitRedisException.class)
                .hasMessageContaining("redis-cli -h localhost -p 6379 CONFIG SET maxmemory-policy noeviction");
        RedisFitness.requireNoEviction("noeviction", settings);
    }

    @Test
    void aRedisThatIsTooOldIsRefused() {
        assertThatThrownBy(() -> RedisFitness.requireVersion("# Server\r\nredis_version:6.0.16\r\n", "localhost:6379"))
                .isInstanceOf(UnfitRedisException.class)
                .hasMessageContaining("6.0")
                .hasMessageContaining("6.2");
        RedisFitness.requireVersion("redis_version:6.2.0\r\n", "localhost:6379");
        RedisFitness.requireVersion("redis_version:7.0.15\r\n", "localhost:6379");
        assertThatThrownBy(() -> RedisFitness.requireVersion("memcached", "localhost:6379"))
                .isInstanceOf(UnfitRedisException.class);
    }
}
