package dev.millrace.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.SetParams;

/** What a Redis must be like: at least 6.2, and never evicting a result that nobody deleted. */
final class RedisFitness {

    private static final Logger log = LoggerFactory.getLogger(RedisFitness.class);
    private static final Pattern VERSION = Pattern.compile("redis_version:(\\d+)\\.(\\d+)[^\\r\\n]*");

    private RedisFitness() {}

    static void requireVersion(String info, String address) {
        Matcher version = VERSION.matcher(info);
        if (!version.find()) {
            throw new UnfitRedisException("what answers at " + address + " does not say which version of Redis it is");
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        if (major < 6 || (major == 6 && minor < 2)) {
            throw new UnfitRedisException("Redis at " + address + " has version " + major + "." + minor
                    + "; Millrace needs 6.2 or later: upgrade it");
        }
    }

    static void requireOf(Redis redis, String installation) {
        byte[] key = redis.keys().installation();
        byte[] own = installation.getBytes(StandardCharsets.US_ASCII);
        byte[] noted = redis.call(
                "whose it is", jedis -> jedis.set(key, own, new SetParams().nx()) == null ? jedis.get(key) : own);
        if (noted != null && !Arrays.equals(noted, own)) {
            throw new UnfitRedisException(
                    "Redis at " + redis.settings() + " holds what another installation of Millrace keeps"
                            + " (has its Kafka been set up anew?): this one's events would be taken for that one's. Set redis-prefix"
                            + " to one of its own, or, if the other is gone, delete every key that begins with "
                            + redis.settings().keyPrefix());
        }
    }

    static void requireNoEviction(Redis redis) {
        Map<String, String> policy;
        try {
            policy = redis.call("CONFIG GET", jedis -> jedis.configGet("maxmemory-policy"));
        } catch (RedisUnavailableException e) {
            if (e.getCause() instanceof JedisConnectionException) {
                throw e;
            }
            log.warn(
                    "Redis at {} does not let its settings be read ({}); make sure that maxmemory-policy is noeviction,"
                            + " or results can vanish",
                    redis.settings(),
                    e.getMessage());
            return;
        }
        requireNoEviction(policy.getOrDefault("maxmemory-policy", "noeviction"), redis.settings());
    }

    static void requireNoEviction(String policy, RedisSettings settings) {
        if (!"noeviction".equals(policy)) {
            throw new UnfitRedisException("Redis at " + settings + " has maxmemory-policy " + policy
                    + " and would drop results and leases when memory is short: run"
                    + " redis-cli -h " + settings.host() + " -p " + settings.port()
                    + " CONFIG SET maxmemory-policy noeviction, and put it into redis.conf");
        }
    }
}
