package dev.millrace.cli.client;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.shell.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The {@code millrace dev} that runs on this machine, by the note that it leaves in {@code dev.json} of the
 * {@linkplain Shell#stateFolder() state folder}; other commands find it there without being told.
 *
 * @param endpoint URL of its HTTP interface
 * @param adapters URL where notifications go
 * @param pid its process
 */
public record RunningDev(String endpoint, String adapters, long pid) {

    private static final String FILE = "dev.json";

    /** The note, if there is one and the process that left it still runs. A damaged note counts as none. */
    public static Optional<RunningDev> find(Shell shell) {
        return read(shell.stateFolder().resolve(FILE)).filter(RunningDev::isAlive);
    }

    /** Leaves the note; one of an earlier {@code dev} is replaced. */
    public void announce(Shell shell) throws IOException {
        Path folder = Files.createDirectories(shell.stateFolder());
        String json = Json.compact(Json.object()
                .put("endpoint", endpoint)
                .put("adapters", adapters)
                .put("pid", pid));
        Path part = Files.createTempFile(folder, FILE, ".part");
        Files.writeString(part, json + "\n");
        Files.move(part, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes the note away, unless another process has replaced it. */
    public void withdraw(Shell shell) throws IOException {
        Path file = shell.stateFolder().resolve(FILE);
        if (read(file).filter(this::equals).isPresent()) {
            Files.deleteIfExists(file);
        }
    }

    private boolean isAlive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static Optional<RunningDev> read(Path file) {
        try {
            JsonNode json = Json.read(Files.readAllBytes(file));
            String endpoint = json.path("endpoint").asString("");
            long pid = json.path("pid").asLong(0);
            if (endpoint.isEmpty() || pid <= 0) {
                return Optional.empty();
            }
            return Optional.of(new RunningDev(endpoint, json.path("adapters").asString(endpoint), pid));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            // The note is a convenience: whatever is wrong with it, a command goes on without.
            return Optional.empty();
        }
    }
}
