package dev.millrace.kafka.code;

import dev.millrace.contract.CodeRef;
import dev.millrace.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Keeps code packages in the code topic. Thread-safe; blocks. */
@SuppressWarnings("DoNotCallSuggester")
public final class CodeStore implements AutoCloseable {

    /** @param known where a package with this SHA-256 already lies, such as the registry's {@code view().code(…)} */
    public CodeStore(KafkaSettings settings, Function<String, Optional<CodeRef>> known) {}

    /**
     * Stores a zip, unless the same content is there already, and returns when the broker has all of it.
     *
     * @throws IllegalArgumentException when it is empty or longer than {@link CodeRef#MAX_LENGTH}
     * @throws dev.millrace.kafka.KafkaUnavailableException when Kafka does not take it
     */
    public CodeRef put(Path zip) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes a package to a file, all of it and verified or nothing at all.
     *
     * @throws DamagedCodeException when what is stored is not what the address says
     * @throws dev.millrace.kafka.KafkaUnavailableException when Kafka does not answer
     */
    public void fetch(CodeRef ref, Path target) throws IOException, DamagedCodeException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
