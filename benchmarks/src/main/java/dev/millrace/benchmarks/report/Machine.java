package dev.millrace.benchmarks.report;

import java.lang.management.ManagementFactory;

/**
 * Where and under what load figures were taken.
 *
 * @param cores processors this JVM may use
 * @param jdk version of the JDK
 * @param system operating system and architecture
 * @param load load average over a minute at the start; negative where the system does not tell
 */
public record Machine(int cores, String jdk, String system, double load) {

    /** This machine as it is now. */
    public static Machine now() {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** Whether somebody else was working here too. */
    public boolean isBusy() {
        return load > 0.5 * cores;
    }

    @Override
    public String toString() {
        return "%d cores, JDK %s, %s, load %.2f at the start".formatted(cores, jdk, system, load);
    }
}
