package dev.millrace.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class its own part of a real Kafka and a real Redis: constructors, life cycle methods and tests may take
 * a {@link KafkaSpace} and a {@link RedisSpace}. One broker and one Redis serve all classes of a test run; each starts
 * when it is first asked for. Classes may run in parallel, because their prefixes differ.
 *
 * <p>The backends are those named by the environment variables {@code MILLRACE_TEST_KAFKA} (bootstrap servers) and
 * {@code MILLRACE_TEST_REDIS} (URI), else containers if Docker answers, else embedded ones. A test that breaks its backend
 * starts one of its own with {@link dev.millrace.embedded.EmbeddedKafka} or {@link dev.millrace.embedded.EmbeddedRedis}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BackendsExtension.class)
public @interface RealBackends {}
