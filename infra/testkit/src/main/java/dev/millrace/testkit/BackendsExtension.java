package dev.millrace.testkit;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Resolves {@link KafkaSpace} and {@link RedisSpace}; the servers behind them belong to the test session and end with it. */
final class BackendsExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(BackendsExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == KafkaSpace.class || type == RedisSpace.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        String prefix = prefixOf(context.getRequiredTestClass(), context);
        if (parameter.getParameter().getType() == KafkaSpace.class) {
            KafkaBackend kafka = ofSession(context, KafkaBackend.class, KafkaBackend::open);
            return new KafkaSpace(kafka.bootstrapServers(), prefix + ".");
        }
        RedisBackend redis = ofSession(context, RedisBackend.class, RedisBackend::open);
        return new RedisSpace(redis.uri(), prefix + ":");
    }

    private static <B> B ofSession(ExtensionContext context, Class<B> type, Supplier<B> open) {
        return context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .getOrComputeIfAbsent(type, key -> open.get(), type);
    }

    /** A nested class shares the space of the class around it. */
    private static String prefixOf(Class<?> testClass, ExtensionContext context) {
        Class<?> outermost = testClass;
        while (outermost.getEnclosingClass() != null) {
            outermost = outermost.getEnclosingClass();
        }
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(outermost, key -> freshPrefix(), String.class);
    }

    private static String freshPrefix() {
        long lowestOfSixDigits = 36L * 36 * 36 * 36 * 36;
        long digits = ThreadLocalRandom.current().nextLong(lowestOfSixDigits, 36 * lowestOfSixDigits);
        return "t-" + Long.toString(digits, 36);
    }
}
