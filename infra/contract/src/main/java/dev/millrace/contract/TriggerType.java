package dev.millrace.contract;

import java.util.Locale;
import java.util.Optional;

/** What brings events to a function. The numbers are on the wire and never change. */
public enum TriggerType {
    /** Asynchronous calls of the API; every function has one. */
    API(0),
    TIMER(1),
    COS(2),
    HTTP(3),
    KAFKA(4),
    CMQ(5);

    private final int code;

    TriggerType(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The name in definitions, such as {@code timer}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The type with this name in definitions. */
    public static Optional<TriggerType> ofText(String text) {
        for (TriggerType type : values()) {
            if (type.text().equals(text)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    static TriggerType ofCode(int code) throws MalformedException {
        for (TriggerType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new MalformedException("trigger type " + code + " is unknown");
    }
}
