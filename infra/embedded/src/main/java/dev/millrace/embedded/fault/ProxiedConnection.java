package dev.millrace.embedded.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's connection and the one to the backend, with bytes carried both ways by virtual threads. */
final class ProxiedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ProxiedConnection.class);
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int CHUNKS_UNDER_WAY = 64;

    private final Socket client;
    private final Socket backend;
    private final Weather weather;
    private final AtomicInteger carriers = new AtomicInteger(2);

    /** Set before the first socket closes: what ends from then on was reset, and must not look like an orderly end. */
    private volatile boolean reset;

    ProxiedConnection(Socket client, Socket backend, Weather weather) {
        this.client = client;
        this.backend = backend;
        this.weather = weather;
    }

    /** @param ended runs when nothing flows any more, in either direction */
    void start(Runnable ended) {
        carry(client, backend, ended);
        carry(backend, client, ended);
    }

    /** Both sides see the connection reset, as after a cut cable and a rebooted host. */
    void reset() {
        reset = true;
        reset(client);
        reset(backend);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            LOG.debug("{} was closed already", socket, e);
        }
    }

    /** Reading and writing are apart, so that what is delayed does not hold up what follows. */
    private void carry(Socket from, Socket to, Runnable ended) {
        BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(CHUNKS_UNDER_WAY);
        Thread reader = Thread.ofVirtual().start(() -> read(from, underWay));
        Thread.ofVirtual().start(() -> {
            write(underWay, to);
            reader.interrupt();
            if (carriers.decrementAndGet() == 0) {
                reset();
                ended.run();
            }
        });
    }

    private void read(Socket from, BlockingQueue<Chunk> underWay) {
        try {
            readUntilEnd(from, underWay);
            underWay.put(Chunk.end());
        } catch (InterruptedException writerGone) {
            Thread.currentThread().interrupt();
        }
    }

    private static void readUntilEnd(Socket from, BlockingQueue<Chunk> underWay) throws InterruptedException {
        byte[] buffer = new byte[CHUNK_BYTES];
        try {
            InputStream in = from.getInputStream();
            int length;
            while ((length = in.read(buffer)) >= 0) {
                underWay.put(new Chunk(Arrays.copyOf(buffer, length), System.nanoTime()));
            }
        } catch (IOException gone) {
            // A reset is an end too. The other side learns it in its turn: through a stalled network nobody learns
            // anything.
            LOG.debug("{} was reset", from, gone);
        }
    }

    private void write(BlockingQueue<Chunk> underWay, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            while (true) {
                Chunk chunk = underWay.take();
                weather.await(chunk.readAt());
                if (reset) {
                    return;
                }
                if (chunk.isEnd()) {
                    to.shutdownOutput();
                    return;
                }
                out.write(chunk.bytes());
            }
        } catch (IOException gone) {
            // Nobody reads there any more, which the sender learns by a reset of its own connection.
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Bytes on their way; none at all mean that the sender has finished. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Chunk(byte[] bytes, long readAt) {
        static Chunk end() {
            return new Chunk(new byte[0], System.nanoTime());
        }

        boolean isEnd() {
            return bytes.length == 0;
        }
    }
}
