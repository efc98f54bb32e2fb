package dev.millrace.program;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A request's body, never larger than its route allows. */
public final class RequestBody {

    /** Beyond a route's limit this much is read and thrown away, so that the client gets to see the answer. */
    private static final long DRAINED = 16L * 1024 * 1024;

    private RequestBody() {}

    /**
     * The body's bytes.
     *
     * @throws ProblemException 413 when it is larger than its route allows
     */
    public static byte[] bytes(Context context) {
        long limit = RequestGate.maxBody(context);
        try {
            InputStream in = context.req().getInputStream();
            byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, limit + 1));
            if (bytes.length > limit) {
                drain(in);
                throw tooLarge(limit);
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Refuses at once what says of itself that it is too large. */
    static void requireDeclaredSize(Context context, long limit) {
        long declared = context.req().getContentLengthLong();
        if (declared > limit) {
            try {
                if (declared <= DRAINED) {
                    drain(context.req().getInputStream());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            throw tooLarge(limit);
        }
    }

    private static void drain(InputStream in) throws IOException {
        byte[] sink = new byte[8192];
        long left = DRAINED;
        int read = in.read(sink);
        while (read >= 0 && left > 0) {
            left -= read;
            read = in.read(sink);
        }
    }

    private static ProblemException tooLarge(long limit) {
        return Problem.tooLarge(
                        limit == 0
                                ? "this request takes no body"
                                : "the body is larger than " + limit + " bytes, which is the most this request takes")
                .with("limit", limit)
                .exception();
    }
}
