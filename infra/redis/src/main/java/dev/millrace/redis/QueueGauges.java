package dev.millrace.redis;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lane owners know of their queues. Each owner says it again every second or so; what was not said for
 * {@link #FRESH} is forgotten, so the gauges of a dead worker do not linger. Thread-safe.
 */
public final class QueueGauges {

    /** How long a gauge is believed. */
    public static final Duration FRESH = Duration.ofSeconds(10);

    private final Redis redis;
    private final Keys keys;
    private final Clock clock;

    /** Gauges in this Redis. */
    public QueueGauges(Redis redis, Clock clock) {
        this.redis = redis;
        this.keys = redis.keys();
        this.clock = clock;
    }

    /**
     * Says how one owner's partitions of a trigger's topic stand.
     *
     * @param gauges by partition
     */
    public void publish(String topic, Map<Integer, QueueGauge> gauges) {
        if (gauges.isEmpty()) {
            return;
        }
        byte[] key = keys.gauges(topic);
        long now = clock.millis();
        redis.pipelined("queue gauges", pipeline -> {
            gauges.forEach((partition, gauge) -> pipeline.hset(key, bytes(partition.toString()), value(now, gauge)));
            pipeline.expire(key, FRESH.toSeconds());
        });
    }

    /** Removes the gauges of partitions that are given up. */
    public void withdraw(String topic, Iterable<Integer> partitions) {
        redis.pipelined("queue gauges", pipeline -> {
            for (Integer partition : partitions) {
                pipeline.hdel(keys.gauges(topic), bytes(partition.toString()));
            }
        });
    }

    /** The fresh gauges of a trigger's topic, by partition; a partition that nobody owns is not in it. */
    public Map<Integer, QueueGauge> of(String topic) {
        Map<byte[], byte[]> found = redis.call("queue gauges", jedis -> jedis.hgetAll(keys.gauges(topic)));
        long oldest = clock.millis() - FRESH.toMillis();
        Map<Integer, QueueGauge> gauges = new TreeMap<>();
        found.forEach((partition, value) -> {
            String[] parts = text(value).split(" ", 5);
            if (Long.parseLong(parts[0]) >= oldest) {
                gauges.put(Integer.valueOf(text(partition)), gauge(parts));
            }
        });
        return gauges;
    }

    private static byte[] value(long now, QueueGauge gauge) {
        String waitingFor = gauge.waitingFor();
        return bytes(now + " " + gauge.completedAbove() + " " + gauge.running() + " " + gauge.oldestAcceptedAt() + " "
                + (waitingFor == null ? "" : waitingFor));
    }

    private static QueueGauge gauge(String[] parts) {
        return new QueueGauge(
                Long.parseLong(parts[1]),
                Integer.parseInt(parts[2]),
                Long.parseLong(parts[3]),
                parts[4].isEmpty() ? null : parts[4]);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
