package dev.millrace.contract;

/** The binary form of {@link CallHeader}. Pure and thread-safe. */
public final class CallHeaderCodec {

    private static final int VERSION = 1;
    private static final int TAIL = 1;

    private CallHeaderCodec() {}

    /** The bytes of a header. */
    public static byte[] encode(CallHeader header) {
        WireWriter out = new WireWriter(64);
        out.octet(VERSION);
        out.octet(header.tail() ? TAIL : 0);
        out.number(header.trigger());
        out.number(header.acceptedAt());
        out.number(header.deadline() - header.acceptedAt());
        out.number(header.lease());
        out.number(header.revision());
        byte[] correlation = header.correlation().toBytes();
        out.raw(correlation, 0, correlation.length);
        out.number(header.replyPartition());
        return out.toBytes();
    }

    /**
     * Reads a header.
     *
     * @throws MalformedException whatever is wrong with the bytes
     */
    public static CallHeader decode(byte[] bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        int version = in.octet();
        if (version != VERSION) {
            throw new MalformedException("call version " + version + " is unknown");
        }
        int flags = in.octet();
        if ((flags & ~TAIL) != 0) {
            throw new MalformedException("a call has unknown flags");
        }
        int trigger = in.smallNumber("trigger", EventAddress.MAX_TRIGGER);
        if (trigger == 0) {
            throw new MalformedException("triggers are numbered from 1");
        }
        long acceptedAt = in.number("acceptedAt", EventHeader.MAX_TIME);
        long deadline = acceptedAt + in.number("deadline", EventHeader.MAX_TIME - acceptedAt);
        long lease = in.number();
        long revision = in.number();
        Correlation correlation = Correlation.of(in.bytes(Correlation.BYTES));
        int replyPartition = in.smallNumber("reply partition", Topics.REPLY_PARTITIONS - 1);
        in.requireEnd();
        return new CallHeader(
                trigger, acceptedAt, deadline, lease, revision, correlation, replyPartition, (flags & TAIL) != 0);
    }
}
