package dev.millrace.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * One worker's leases of permits: over all workers, no more of a function's are granted than its limit. A lease is
 * renewed before its time is over, or it ends.
 *
 * <p>It has a connection of its own, so that nobody's burst of results delays a permit, and is asked by one thread: not
 * thread-safe. Every method throws {@link RedisUnavailableException} when Redis does not answer within
 * {@link #ANSWER_WITHIN}, or refuses; what was asked may then be carried out all the same, even later, so the worker
 * must go by the less favourable of what it knew and what it asked until it is answered again.
 */
public final class PermitLeases implements AutoCloseable {

    /** Longest wait for an answer, and to connect. */
    public static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

    private final Redis redis;
    private final byte[] worker;
    private final PermitTerms terms;
    private final DefaultJedisClientConfig client;
    private @Nullable Jedis connection;
    private long sequence;
    private int workers = 1;

    /**
     * Leases of a worker; connects when it is asked first.
     *
     * @param worker name of the process: one that is started anew must have another, for it holds nothing
     */
    public PermitLeases(Redis redis, String worker, PermitTerms terms) {
        this.redis = redis;
        this.worker = text(worker);
        this.terms = terms;
        this.client = DefaultJedisClientConfig.builder()
                .from(redis.clientConfig())
                .connectionTimeoutMillis((int) ANSWER_WITHIN.toMillis())
                .socketTimeoutMillis((int) ANSWER_WITHIN.toMillis())
                .build();
    }

    /** How they are leased. */
    public PermitTerms terms() {
        return terms;
    }

    /**
     * What came of one round.
     *
     * @param grants in the order of what was asked
     */
    public record Round(List<PermitGrant> grants, PermitEra era) {

        public Round {
            grants = List.copyOf(grants);
        }
    }

    /**
     * Renews and changes leases, and tells that the worker lives; one round trip, however many there are.
     *
     * @param asks at most one for a function
     * @param complete the era of which these, with those asked in it before, are all that the worker holds; 0 for none
     */
    public Round round(List<PermitAsk> asks, long complete) {
        List<Response<Object>> granted = new ArrayList<>();
        List<Response<Object>> present = new ArrayList<>();
        long number = ++sequence;
        pipelined("leases of permits", pipeline -> {
            granted.clear();
            present.clear();
            asks.forEach(ask -> granted.add(run(pipeline, PermitScripts.LEASE, keys(ask), arguments(ask, number))));
            present.add(run(
                    pipeline,
                    PermitScripts.PRESENT,
                    here(),
                    List.of(worker, number(complete), millis(terms.ttl()), millis(terms.silence()))));
        });
        List<?> seen = (List<?>) present.getFirst().get();
        PermitEra era = new PermitEra(whole(seen, 0), whole(seen, 1) == 1, (int) Math.max(1, whole(seen, 2)));
        workers = era.workers();
        return new Round(granted.stream().map(PermitLeases::grant).toList(), era);
    }

    /**
     * Says who could have been granted anything before an era began; once they have all said what they hold, it is settled.
     *
     * @param members the names of all processes that may run anything
     * @return whether it is
     */
    public boolean settle(long era, Collection<String> members) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(number(era));
        members.forEach(member -> arguments.add(text(member)));
        return (Long) call(PermitScripts.SETTLE, here(), arguments) == 1;
    }

    /**
     * Instances that may be started.
     *
     * @param granted how many
     * @param minute in which
     * @param left how long that lasts
     */
    public record Growth(int granted, long minute, Duration left) {}

    /**
     * Takes the right to start instances, and gives back what was not used of it.
     *
     * @param wanted how many
     * @param unused how many of those that were granted before
     * @param minute in which that was
     */
    public Growth grow(int wanted, int unused, long minute) {
        List<?> answer = (List<?>) call(
                PermitScripts.GROW,
                List.of(redis.keys().growth()),
                List.of(number(wanted), number(unused), number(minute), number(terms.growth())));
        return new Growth((int) whole(answer, 0), whole(answer, 1), Duration.ofMillis(whole(answer, 2)));
    }

    /** Gives everything back and is gone, at an orderly end; whatever still runs must be kept. */
    public void leave(List<PermitAsk> kept) {
        round(kept, 0);
        call(PermitScripts.LEAVE, here(), List.of(worker));
    }

    @Override
    public void close() {
        Jedis open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (JedisException e) {
                // A connection that cannot be closed is gone already.
            }
        }
    }

    private List<byte[]> keys(PermitAsk ask) {
        Keys keys = redis.keys();
        byte[] own = keys.permits(ask.function());
        return ask.namespaceLimit() == PermitAsk.UNLIMITED
                ? List.of(keys.permitEra(), own)
                : List.of(keys.permitEra(), own, keys.permits(ask.function().namespace()));
    }

    private List<byte[]> arguments(PermitAsk ask, long number) {
        return List.of(
                worker,
                number(number),
                number(ask.keep()),
                number(ask.want()),
                number(ask.limit()),
                number(workers),
                millis(terms.ttl()),
                millis(terms.silence()),
                millis(terms.slice()),
                text(new String(worker, StandardCharsets.UTF_8) + " " + ask.function()),
                number(ask.namespaceLimit()),
                number(ask.afresh() ? 1 : 0));
    }

    private List<byte[]> here() {
        return List.of(redis.keys().permitEra(), redis.keys().permitWorkers());
    }

    private static PermitGrant grant(Response<Object> response) {
        List<?> answer = (List<?>) response.get();
        return new PermitGrant(
                (int) whole(answer, 0), (int) whole(answer, 1), whole(answer, 2) == 1, whole(answer, 3) == 1);
    }

    private Object call(PermitScripts script, List<byte[]> keys, List<byte[]> arguments) {
        List<Response<Object>> answer = new ArrayList<>();
        pipelined("permits", pipeline -> {
            answer.clear();
            answer.add(run(pipeline, script, keys, arguments));
        });
        return answer.getFirst().get();
    }

    private static Response<Object> run(
            Pipeline pipeline, PermitScripts script, List<byte[]> keys, List<byte[]> arguments) {
        return pipeline.evalsha(script.digest(), keys, arguments);
    }

    /** The commands of a round, to be repeated when Redis turns out not to know the scripts. */
    @FunctionalInterface
    private interface Commands {
        void writeTo(Pipeline pipeline);
    }

    private void pipelined(String what, Commands commands) {
        try {
            Jedis open = open();
            try {
                send(open, commands);
            } catch (JedisNoScriptException e) {
                // Redis was started anew, or never saw one: whatever it says is held may be older than the truth.
                open.eval(PermitScripts.RESTART.text(), here(), List.of());
                for (PermitScripts script : PermitScripts.values()) {
                    open.scriptLoad(script.text());
                }
                send(open, commands);
            }
            redis.reachability().answered();
        } catch (JedisException e) {
            close();
            redis.reachability().lost(e);
            throw new RedisUnavailableException(
                    "Redis at " + redis.settings() + " does not answer, or refuses, " + what + ": " + e.getMessage(),
                    e);
        }
    }

    private static void send(Jedis open, Commands commands) {
        try (Pipeline pipeline = open.pipelined()) {
            commands.writeTo(pipeline);
            for (Object answer : pipeline.syncAndReturnAll()) {
                if (answer instanceof JedisException refusal) {
                    throw refusal;
                }
            }
        }
    }

    private Jedis open() {
        Jedis open = connection;
        if (open == null) {
            open = new Jedis(
                    new HostAndPort(redis.settings().host(), redis.settings().port()), client);
            connection = open;
        }
        return open;
    }

    private static long whole(List<?> answer, int index) {
        return (Long) answer.get(index);
    }

    private static byte[] millis(Duration duration) {
        return number(duration.toMillis());
    }

    private static byte[] number(long number) {
        return text(Long.toString(number));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
