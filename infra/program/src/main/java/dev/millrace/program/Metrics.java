package dev.millrace.program;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;

/** The figures of one process, in Prometheus' form. Thread-safe; closed once, at the end. */
public final class Metrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Deque<AutoCloseable> bound = new ArrayDeque<>();

    /** An empty registry, for tests and for parts that bring their own figures only. */
    public Metrics() {}

    /** A registry that shows the process itself as well: memory, collections, threads, processor. */
    public static Metrics ofProcess() {
        Metrics metrics = new Metrics();
        metrics.bind(new JvmMemoryMetrics());
        metrics.bind(new JvmGcMetrics());
        metrics.bind(new JvmThreadMetrics());
        metrics.bind(new ClassLoaderMetrics());
        metrics.bind(new ProcessorMetrics());
        metrics.bind(new UptimeMetrics());
        return metrics;
    }

    /** Where parts register their meters. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Adds a set of meters, such as those of a Kafka client; closed with the registry if it can be. */
    public void bind(MeterBinder binder) {
        binder.bindTo(registry);
        if (binder instanceof AutoCloseable closeable) {
            synchronized (bound) {
                bound.push(closeable);
            }
        }
    }

    /** The text that Prometheus reads. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        synchronized (bound) {
            bound.forEach(Metrics::closeQuietly);
            bound.clear();
        }
        registry.close();
    }

    private static void closeQuietly(AutoCloseable binder) {
        try {
            binder.close();
        } catch (Exception e) {
            // The process ends; a binder that cannot be undone has nobody left to mislead.
            org.slf4j.LoggerFactory.getLogger(Metrics.class).debug("could not unbind {}", binder, e);
        }
    }
}
