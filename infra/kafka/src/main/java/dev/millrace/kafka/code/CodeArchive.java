package dev.millrace.kafka.code;

import java.io.IOException;
import java.nio.file.Path;

/** A zip that was found safe to unpack. Immutable. */
@SuppressWarnings("DoNotCallSuggester")
public final class CodeArchive {

    private CodeArchive() {}

    /**
     * Looks through a zip without unpacking it.
     *
     * @throws RefusedArchiveException naming what is wrong
     */
    public static CodeArchive check(Path zip) throws IOException, RefusedArchiveException {
        throw new UnsupportedOperationException();
    }

    /** Unpacks into a directory that must not exist yet, all of it or nothing. */
    public void extractTo(Path directory) throws IOException, RefusedArchiveException {
        throw new UnsupportedOperationException();
    }
}
