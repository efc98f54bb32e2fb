package dev.millrace.contract;

/**
 * Where a code package lies in the code topic.
 *
 * @param sha256 64 hexadecimal digits of the zip's content
 * @param length bytes of the zip
 * @param partition partition of the code topic
 * @param offset offset of the first chunk
 * @param chunks how many chunks follow each other under the key {@code sha256}
 */
public record CodeRef(String sha256, long length, int partition, long offset, int chunks) {

    /** Largest package. SCF: 50 MB for an inline zip. */
    public static final long MAX_LENGTH = 50L * 1024 * 1024;

    public CodeRef {
        if (!sha256.matches("[0-9a-f]{64}") || length < 1 || length > MAX_LENGTH || partition < 0 || offset < 0) {
            throw new IllegalArgumentException("not a code package: " + sha256 + ", " + length + " bytes");
        }
        if (chunks < 1) {
            throw new IllegalArgumentException("a code package has at least one chunk");
        }
    }
}
