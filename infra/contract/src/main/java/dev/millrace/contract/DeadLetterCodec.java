package dev.millrace.contract;

/**
 * The binary form of {@link DeadLetter}: the address as the record's key, the rest as a header of its own. The record's
 * value is the event, its header {@link EventHeader#KEY} what came with the event. Pure and thread-safe.
 */
public final class DeadLetterCodec {

    /** Name of the Kafka record header. */
    public static final String HEADER = "d";

    private static final int VERSION = 1;

    private DeadLetterCodec() {}

    /** The record's key: a later record with the same key replaces it, one without a value removes it. */
    public static byte[] key(EventAddress address) {
        WireWriter out = new WireWriter(16);
        out.octet(VERSION);
        out.address(address);
        return out.toBytes();
    }

    /**
     * Reads a key.
     *
     * @throws MalformedException whatever is wrong with the bytes
     */
    public static EventAddress address(byte[] key) throws MalformedException {
        WireReader in = new WireReader(key);
        requireVersion(in);
        EventAddress address = in.address();
        in.requireEnd();
        return address;
    }

    /** The bytes of the header. */
    public static byte[] encode(DeadLetter letter) {
        WireWriter out = new WireWriter(128 + letter.error().text().length());
        out.octet(VERSION);
        out.octet(letter.reason().code());
        out.octet(letter.type().code());
        out.triggerRef(letter.trigger());
        out.number(letter.attempts());
        out.number(letter.deadAt());
        out.error(letter.error());
        return out.toBytes();
    }

    /**
     * Reads a dead letter.
     *
     * @param address from its key
     * @throws MalformedException whatever is wrong with the bytes
     */
    public static DeadLetter decode(EventAddress address, byte[] header) throws MalformedException {
        WireReader in = new WireReader(header);
        requireVersion(in);
        Status reason = Status.ofCode(in.octet());
        if (!DeadLetter.leavesOne(reason)) {
            throw new MalformedException("an invocation that ended as " + reason + " leaves no dead letter");
        }
        TriggerType type = TriggerType.ofCode(in.octet());
        TriggerRef trigger = in.triggerRef();
        int attempts = in.smallNumber("attempts", EventHeader.MAX_ATTEMPT);
        long deadAt = in.number("deadAt", EventHeader.MAX_TIME);
        AttemptError error = in.error();
        in.requireEnd();
        return new DeadLetter(address, trigger, type, reason, error, attempts, deadAt);
    }

    private static void requireVersion(WireReader in) throws MalformedException {
        int version = in.octet();
        if (version != VERSION) {
            throw new MalformedException("dead letter version " + version + " is unknown");
        }
    }
}
