package dev.millrace.contract;

import java.util.Locale;
import java.util.Optional;

/** What executes a function's code. */
public enum RuntimeKind {
    PYTHON3,
    NODEJS,
    JAVA,
    CUSTOM,
    WEB;

    /** The name in definitions, such as {@code python3}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The runtime with this name. SCF's names are accepted, with or without a minor version: {@code Python3.10},
     * {@code Nodejs18.15}, {@code Java11}, {@code CustomRuntime}.
     */
    public static Optional<RuntimeKind> ofText(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.matches("python3(\\.\\d+)?")) {
            return Optional.of(PYTHON3);
        }
        if (name.matches("nodejs(\\d+(\\.\\d+)?)?")) {
            return Optional.of(NODEJS);
        }
        if (name.matches("java(\\d+)?")) {
            return Optional.of(JAVA);
        }
        return switch (name) {
            case "custom", "customruntime" -> Optional.of(CUSTOM);
            case "web" -> Optional.of(WEB);
            default -> Optional.empty();
        };
    }
}
