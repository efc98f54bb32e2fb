package dev.millrace.program;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a listener lets in: {@code Authorization: Bearer KEY}. Only digests of the keys are held, and comparing takes the
 * same time whatever was sent. Immutable and thread-safe.
 */
public final class ApiKeys {

    private static final String SCHEME = "Bearer ";
    private static final ApiKeys OPEN = new ApiKeys(List.of());

    private final List<byte[]> digests;

    private ApiKeys(List<byte[]> digests) {
        this.digests = digests;
    }

    /** Everybody is let in. */
    public static ApiKeys open() {
        return OPEN;
    }

    /** Whoever has one of these keys is let in; with none, everybody. */
    public static ApiKeys of(List<String> keys) {
        return new ApiKeys(keys.stream().map(ApiKeys::digest).toList());
    }

    /** Whether there is a key at all, so that one is asked for. */
    public boolean any() {
        return !digests.isEmpty();
    }

    /** Whether a request with this {@code Authorization} header is let in. */
    public boolean admit(@Nullable String authorization) {
        if (!any()) {
            return true;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] offered = digest(authorization.substring(SCHEME.length()).strip());
        boolean found = false;
        for (byte[] digest : digests) {
            found |= MessageDigest.isEqual(digest, offered);
        }
        return found;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
