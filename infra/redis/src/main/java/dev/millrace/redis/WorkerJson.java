package dev.millrace.redis;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A worker's details as they lie in Redis. */
final class WorkerJson {

    private static final Logger log = LoggerFactory.getLogger(WorkerJson.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private WorkerJson() {}

    static byte[] write(WorkerDetails details) {
        return JSON.writeValueAsBytes(details);
    }

    /** Empty when what lies there was written by something else. */
    static Optional<WorkerDetails> read(byte[] json) {
        try {
            return Optional.of(JSON.readValue(json, WorkerDetails.class));
        } catch (JacksonException e) {
            log.warn("a lease in Redis is not readable and is left out of the list of workers: {}", e.getMessage());
            return Optional.empty();
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
