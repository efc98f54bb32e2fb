package dev.millrace.redis;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * The connection to one Redis: a bounded pool for short commands of any thread. Opening it does no I/O, so a program
 * starts and accepts events while Redis is down. Thread-safe.
 *
 * <p>Every call is bounded in time: {@link #ANSWER_WITHIN} to connect and to answer each, {@link #CONNECTION_WITHIN} to
 * get a connection of the pool. A loss is one line in the log, and so is the return.
 */
public final class Redis implements AutoCloseable {

    /** Longest wait for a connection to open, and for an answer. */
    public static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    /** Longest wait for a free connection of the pool. */
    public static final Duration CONNECTION_WITHIN = Duration.ofSeconds(2);

    /** With virtual threads the pool is the limit on how many callers talk to Redis at once; a call takes well below 1 ms. */
    private static final int POOL_SIZE = 48;

    private final RedisSettings settings;
    private final DefaultJedisClientConfig client;
    private final RedisClient pool;
    private final Reachability reachability;
    private final Keys keys;

    /** Opens nothing yet. */
    public Redis(RedisSettings settings) {
        this.settings = settings;
        this.client = clientConfig(settings);
        this.pool = RedisClient.builder()
                .hostAndPort(new HostAndPort(settings.host(), settings.port()))
                .clientConfig(client)
                .poolConfig(poolConfig())
                .build();
        this.reachability = new Reachability(settings.toString());
        this.keys = new Keys(settings.keyPrefix());
    }

    /**
     * Checks that this Redis keeps what it is given.
     *
     * @throws UnfitRedisException it is too old, or evicts keys
     * @throws RedisUnavailableException it does not answer; the check is to be made again when it does
     */
    public void requireFit() {
        String info = call("INFO", jedis -> jedis.info("server"));
        RedisFitness.requireVersion(info, settings.toString());
        RedisFitness.requireNoEviction(this);
    }

    /**
     * Checks that what this Redis holds under its prefix is this installation's, and notes so when nobody has yet. Request IDs
     * are addresses, and another Kafka gives the same ones out again: its events would be taken for others that have ended.
     *
     * @param installation what tells it from every other
     * @throws UnfitRedisException it is another's
     * @throws RedisUnavailableException it does not answer; the check is to be made again when it does
     */
    public void requireOf(String installation) {
        RedisFitness.requireOf(this, installation);
    }

    /** Whether Redis answers now. */
    public boolean isReachable() {
        try {
            call("PING", jedis -> jedis.ping());
            return true;
        } catch (RedisUnavailableException e) {
            return false; // The loss has been logged where it was noticed.
        }
    }

    /** Runs short commands on a connection of the pool. They are sent again once when a connection turns out to be dead. */
    <T> T call(String what, Function<RedisClient, T> commands) {
        try {
            T answer = withFreshConnection(commands);
            reachability.answered();
            return answer;
        } catch (JedisConnectionException e) {
            reachability.lost(e);
            throw new RedisUnavailableException("Redis at " + settings + " does not answer " + what, e);
        } catch (JedisException e) {
            throw new RedisUnavailableException("Redis at " + settings + " refuses " + what + ": " + e.getMessage(), e);
        }
    }

    /**
     * Sends several commands at once and waits for all answers.
     *
     * @throws RedisUnavailableException also when a single one of them is refused: a Redis that is full or read-only
     *     answers questions all the same
     */
    void pipelined(String what, Consumer<Pipeline> commands) {
        call(what, jedis -> {
            try (Pipeline pipeline = jedis.pipelined()) {
                commands.accept(pipeline);
                for (Object answer : pipeline.syncAndReturnAll()) {
                    if (answer instanceof JedisException refusal) {
                        throw refusal;
                    }
                }
            }
            return true;
        });
    }

    Keys keys() {
        return keys;
    }

    RedisSettings settings() {
        return settings;
    }

    DefaultJedisClientConfig clientConfig() {
        return client;
    }

    Reachability reachability() {
        return reachability;
    }

    @Override
    public void close() {
        pool.close();
    }

    /** A connection may have died in the pool since it was last used: then all have, and a new one tells the truth. */
    private <T> T withFreshConnection(Function<RedisClient, T> commands) {
        try {
            return commands.apply(pool);
        } catch (JedisConnectionException e) {
            pool.getPool().clear();
            return commands.apply(pool);
        }
    }

    private static DefaultJedisClientConfig clientConfig(RedisSettings settings) {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .resp2()
                .connectionTimeoutMillis((int) ANSWER_WITHIN.toMillis())
                .socketTimeoutMillis((int) ANSWER_WITHIN.toMillis())
                .clientName("millrace")
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .database(JedisURIHelper.getDBIndex(settings.uri()));
        String password = JedisURIHelper.getPassword(settings.uri());
        if (JedisURIHelper.isRedisSSLScheme(settings.uri())) {
            config.sslOptions(SslOptions.defaults());
        }
        if (password != null) {
            config.user(JedisURIHelper.getUser(settings.uri())).password(password);
        }
        return config.build();
    }

    private static ConnectionPoolConfig poolConfig() {
        ConnectionPoolConfig config = new ConnectionPoolConfig();
        config.setMaxTotal(POOL_SIZE);
        config.setMaxIdle(POOL_SIZE);
        config.setMaxWait(CONNECTION_WITHIN);
        return config;
    }
}
