package dev.millrace.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisCredentials;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A connection of its own for many small commands whose answers are only counted. Commands go out while earlier ones
 * are being carried out; answers are read in bulk. It writes RESP itself, because a client's command objects cost a
 * third of what the whole way of a result may cost (see RATIONALE). Not thread-safe, except for {@link #close}.
 */
final class PipelineConnection implements AutoCloseable {

    /** About 500 results of usual size. */
    private static final int SEND_AT = 128 * 1024;

    /** Beyond so many unread answers some are read first, so that neither side collects them without bound. */
    private static final int UNREAD_LIMIT = 8192;

    private final Socket socket;
    private final OutputStream out;
    private final AnswerReader answers;
    private final CommandBuffer commands = new CommandBuffer(SEND_AT * 2);
    private int unread;
    private @Nullable String refusal;

    /**
     * Connects.
     *
     * @throws IOException Redis does not answer, or refuses the password or the database
     */
    PipelineConnection(Redis redis) throws IOException {
        RedisSettings settings = redis.settings();
        try {
            socket = new DefaultJedisSocketFactory(
                            new HostAndPort(settings.host(), settings.port()), redis.clientConfig())
                    .createSocket();
        } catch (JedisException e) {
            throw new IOException(e.getMessage(), e);
        }
        out = socket.getOutputStream();
        answers = new AnswerReader(socket.getInputStream());
        try {
            introduce(redis);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** The buffer to write the next command into, whole; then {@link #written}. */
    CommandBuffer commands() {
        return commands;
    }

    /** A command is complete. */
    void written() throws IOException {
        unread++;
        if (commands.size() >= SEND_AT) {
            send();
        }
    }

    /** Sends what is written, without waiting for answers unless very many are due. */
    void send() throws IOException {
        if (commands.size() > 0) {
            commands.sendTo(out, SEND_AT * 2);
        }
        if (unread > UNREAD_LIMIT) {
            read(unread - UNREAD_LIMIT / 2);
        }
    }

    /**
     * Waits for all answers.
     *
     * @throws Refusal Redis refused something
     * @throws IOException the connection is lost
     */
    void drain() throws IOException {
        send();
        read(unread);
        String refused = refusal;
        if (refused != null) {
            refusal = null;
            throw new Refusal(refused);
        }
    }

    /**
     * Waits for the answer to the oldest command that is still open: for the few whose answers matter.
     *
     * @throws Refusal Redis refused the command
     * @throws IOException the connection is lost
     */
    long answer() throws IOException {
        send();
        unread--;
        try {
            return answers.next();
        } catch (AnswerReader.RefusedException e) {
            throw new Refusal(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // A connection that cannot be closed is gone already.
        }
    }

    private void read(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            unread--;
            try {
                answers.next();
            } catch (AnswerReader.RefusedException e) {
                if (refusal == null) {
                    refusal = e.getMessage();
                }
            }
        }
    }

    private void introduce(Redis redis) throws IOException {
        Supplier<RedisCredentials> provider = redis.clientConfig().getCredentialsProvider();
        RedisCredentials credentials = provider == null ? null : provider.get();
        if (credentials != null && credentials.getPassword() != null) {
            String user = credentials.getUser();
            commands.command(user == null ? 2 : 3);
            commands.argument("AUTH");
            if (user != null) {
                commands.argument(user);
            }
            commands.argument(new String(credentials.getPassword()));
            written();
            answer();
        }
        if (redis.clientConfig().getDatabase() != 0) {
            commands.command(2);
            commands.argument("SELECT");
            commands.argument(redis.clientConfig().getDatabase());
            written();
            answer();
        }
    }

    /** Redis answers, but with an error. */
    static final class Refusal extends IOException {
        Refusal(String answer) {
            super("Redis refuses: " + answer);
        }
    }
}
