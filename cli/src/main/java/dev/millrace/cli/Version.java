package dev.millrace.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, as its jar's manifest has it. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "millrace " + ofBuild(), "JVM " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
        };
    }

    /** Falls back to {@code development} where there is no jar: in an IDE and in unit tests. */
    private static String ofBuild() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }
}
