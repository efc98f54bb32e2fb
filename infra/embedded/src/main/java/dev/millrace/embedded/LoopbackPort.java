package dev.millrace.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TCP ports on 127.0.0.1.
 *
 * <p>Free ports are drawn from below the ephemeral range of Linux and macOS: a client that keeps trying to reach a
 * stopped server there can neither take its port away nor connect to itself.
 */
public final class LoopbackPort {
    private static final int LOWEST = 15_000;
    private static final int BEYOND = 30_000;
    private static final int DRAWS = 200;
    private static final int BIND_ATTEMPTS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(LoopbackPort.class);

    private LoopbackPort() {}

    /**
     * A port nobody listens on right now. Whoever binds it must expect to have lost a race, and draw again.
     *
     * @throws EmbeddedServerException if there is none
     */
    public static int free() {
        for (int draw = 0; draw < DRAWS; draw++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
            if (isFree(port)) {
                return port;
            }
        }
        throw new EmbeddedServerException("No free port found between " + LOWEST + " and " + (BEYOND - 1)
                + " on 127.0.0.1; stop some of the servers there");
    }

    static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(address(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /**
     * Starts a server on the wanted port or, if that is 0, on a free one; again with another if it loses a race for it.
     *
     * @throws EmbeddedServerException if the wanted port is in use, or whatever {@code start} throws
     */
    static <S> S listening(String server, int wanted, IntFunction<S> start) {
        if (wanted != 0 && !isFree(wanted)) {
            throw new EmbeddedServerException(server + " cannot listen on 127.0.0.1:" + wanted
                    + ": the port is in use; stop what listens there or choose another port");
        }
        for (int draw = 1; draw < BIND_ATTEMPTS; draw++) {
            try {
                return start.apply(wanted == 0 ? free() : wanted);
            } catch (EmbeddedServerException.PortLost e) {
                LOG.debug("{} lost the race for a port, attempt {}", server, draw, e);
            }
        }
        return start.apply(wanted == 0 ? free() : wanted);
    }

    static boolean accepts(int port) {
        try (Socket probe = new Socket()) {
            probe.connect(address(port));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }
}
