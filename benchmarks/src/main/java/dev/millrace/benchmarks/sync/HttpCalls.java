package dev.millrace.benchmarks.sync;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Calls over HTTP/1.1, over connections that are kept open. It reads as much of an answer as it needs, so that the server is
 * measured and not a client that can do everything.
 */
final class HttpCalls implements LocalWay {

    private static final String OK = "HTTP/1.1 200 ";
    private static final String LENGTH = "content-length:";
    private static final int LONGEST_LINE = 8192;

    private final URI address;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

    HttpCalls(URI address) {
        this.address = address;
    }

    @Override
    public String title() {
        return "HTTP";
    }

    @Override
    public void call(byte[] event) throws IOException {
        Connection connection = idle.poll();
        if (connection == null) {
            connection = new Connection(address);
        }
        connection.post(address.getRawPath(), event);
        idle.push(connection);
    }

    @Override
    public void close() {
        idle.forEach(Connection::close);
    }

    /** One connection, used by one caller at a time. */
    private static final class Connection implements Closeable {

        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Connection(URI address) throws IOException {
            socket = new Socket(address.getHost(), address.getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        void post(String path, byte[] event) throws IOException {
            byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: " + event.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] request = new byte[head.length + event.length];
            System.arraycopy(head, 0, request, 0, head.length);
            System.arraycopy(event, 0, request, head.length, event.length);
            out.write(request);
            String status = line();
            int length = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                String lower = header.toLowerCase(Locale.ROOT);
                length = lower.startsWith(LENGTH)
                        ? Integer.parseInt(lower.substring(LENGTH.length()).strip())
                        : length;
            }
            byte[] body = in.readNBytes(length);
            if (!status.startsWith(OK)) {
                throw new IOException(status + ": " + new String(body, StandardCharsets.UTF_8));
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder(64);
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0 || line.length() > LONGEST_LINE) {
                    throw new EOFException("the answer is none of HTTP: " + line);
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
