package dev.millrace.chaos.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;

/** Speaks to a Redis as an operator would who types into a socket. Thread-safe. */
public final class RedisPort {

    private static final int PATIENCE_MS = 5_000;

    private final int port;

    RedisPort(int port) {
        this.port = port;
    }

    /** Sends one command; the first line of the answer. */
    public String send(String command) {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
            BufferedReader answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            String line = answer.readLine();
            if (line == null || line.startsWith("-")) {
                throw new IllegalStateException("Redis answers to " + command + ": " + line);
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis cannot be told " + command, e);
        }
    }
}
