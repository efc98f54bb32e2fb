package dev.millrace.cli.program;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of a program that works on somebody's Kafka and Redis. */
final class BackendFlags {

    @Option(names = "--kafka", paramLabel = "HOST:PORT,…", description = "Bootstrap servers; MILLRACE_KAFKA.")
    @Nullable
    String kafka;

    @Option(names = "--redis", paramLabel = "URL", description = "redis://… or rediss://…; MILLRACE_REDIS.")
    @Nullable
    String redis;

    @Option(names = "--start-timeout", paramLabel = "TIME", description = "How long Kafka is tried at the start (60s).")
    @Nullable
    String startTimeout;

    @Option(names = "--internal-port", paramLabel = "PORT", description = "Health and figures; 0 takes any free one.")
    @Nullable
    String internalPort;
}
