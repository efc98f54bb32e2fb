package dev.millrace.worker.execute;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.RequestIdCodec;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The outside form of addresses, for handlers, instances and logs; made when asked for. Thread-safe. */
public final class RequestIds {

    private final Supplier<Optional<RequestIdCodec>> installation;
    private volatile @Nullable RequestIdCodec codec;

    /** @param installation the codec with the installation's key, once it is known */
    public RequestIds(Supplier<Optional<RequestIdCodec>> installation) {
        this.installation = installation;
    }

    /**
     * The request ID of the event at this address.
     *
     * @throws IllegalStateException when the installation's key is not known, so that no event can have been accepted
     */
    public String of(EventAddress address) {
        RequestIdCodec known = codec;
        if (known == null) {
            known = installation
                    .get()
                    .orElseThrow(() -> new IllegalStateException(
                            "the registry holds no key for request IDs: no dispatcher has ever been started"));
            codec = known;
        }
        return known.encode(address).toString();
    }
}
