package dev.millrace.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether Docker answers. Testcontainers would find out too, but slowly and with a page of errors if it does not. */
final class Docker {
    private static final Logger LOG = LoggerFactory.getLogger(Docker.class);
    private static final int DEFAULT_TCP_PORT = 2375;
    private static final boolean ANSWERS = answersAt(host());

    private Docker() {}

    static boolean answers() {
        return ANSWERS;
    }

    private static URI host() {
        String configured = System.getenv("DOCKER_HOST");
        return URI.create(configured == null || configured.isBlank() ? "unix:///var/run/docker.sock" : configured);
    }

    /** Asks for {@code /_ping} at a {@code unix:} or {@code tcp:} address. */
    static boolean answersAt(URI host) {
        SocketAddress address;
        if ("unix".equals(host.getScheme())) {
            if (!Files.exists(Path.of(host.getPath()))) {
                return false;
            }
            address = UnixDomainSocketAddress.of(host.getPath());
        } else {
            address = new InetSocketAddress(host.getHost(), host.getPort() < 0 ? DEFAULT_TCP_PORT : host.getPort());
        }
        try (SocketChannel channel = SocketChannel.open(address)) {
            channel.write(StandardCharsets.US_ASCII.encode("GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n"));
            ByteBuffer answer = ByteBuffer.allocate(12);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {
                // The status line may come in pieces.
            }
            return StandardCharsets.US_ASCII.decode(answer.flip()).toString().endsWith(" 200");
        } catch (IOException e) {
            LOG.debug("Docker does not answer at {}", host, e);
            return false;
        }
    }
}
