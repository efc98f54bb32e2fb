package dev.millrace.dispatcher;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Speaks to Redis in its own tongue: what tests do behind the back of the product. */
public final class RawRedis implements AutoCloseable {

    private static final int PIPELINED = 1000;

    private final Socket socket;
    private final DataInputStream in;

    public RawRedis(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    }

    /** Sends a command and returns the answer: a text, or a list of texts in lines. */
    public String command(String... words) throws IOException {
        send(List.of(words));
        return String.join("\n", answer());
    }

    /** The keys that match, in order. */
    public List<String> keys(String pattern) throws IOException {
        send(List.of("KEYS", pattern));
        return answer().stream().sorted().toList();
    }

    /** Removes keys. */
    public void delete(List<String> keys) throws IOException {
        for (String key : keys) {
            command("DEL", key);
        }
    }

    /** A fingerprint of the values of these keys, byte for byte. */
    public String fingerprint(List<String> keys) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int from = 0; from < keys.size(); from += PIPELINED) {
                List<String> some = keys.subList(from, Math.min(keys.size(), from + PIPELINED));
                StringBuilder commands = new StringBuilder();
                some.forEach(key -> commands.append("GET ").append(key).append("\r\n"));
                socket.getOutputStream().write(commands.toString().getBytes(StandardCharsets.UTF_8));
                for (String key : some) {
                    digest.update(key.getBytes(StandardCharsets.UTF_8));
                    digest.update(bulk(line()));
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void send(List<String> words) throws IOException {
        StringBuilder command = new StringBuilder("*" + words.size() + "\r\n");
        words.forEach(word -> command.append('$')
                .append(word.length())
                .append("\r\n")
                .append(word)
                .append("\r\n"));
        socket.getOutputStream().write(command.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private List<String> answer() throws IOException {
        String line = line();
        if (line.startsWith("-")) {
            throw new IOException("Redis says " + line);
        }
        List<String> answer = new ArrayList<>();
        if (line.startsWith("*")) {
            int count = Integer.parseInt(line.substring(1));
            for (int i = 0; i < count; i++) {
                answer.addAll(answer());
            }
        } else if (line.startsWith("$")) {
            answer.add(new String(bulk(line), StandardCharsets.UTF_8));
        } else {
            answer.add(line.substring(1));
        }
        return answer;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\r'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        in.readByte();
        return line.toString();
    }

    private byte[] bulk(String head) throws IOException {
        int length = Integer.parseInt(head.substring(1));
        if (length < 0) {
            return new byte[0];
        }
        byte[] bytes = new byte[length + 2];
        in.readFully(bytes);
        return Arrays.copyOf(bytes, length);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
