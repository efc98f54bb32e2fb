package dev.millrace.instances;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The programs that interpreters are started with, unpacked from the class path into a directory. */
final class Bootstraps {
    private final Path directory;

    private Bootstraps(Path directory) {
        this.directory = directory;
    }

    static Bootstraps unpackInto(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (Language language : Language.values()) {
            try (InputStream source = Bootstraps.class.getResourceAsStream(language.bootstrap())) {
                if (source == null) {
                    throw new IOException("the bootstrap " + language.bootstrap() + " is not on the class path");
                }
                Files.copy(source, directory.resolve(language.bootstrap()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return new Bootstraps(directory);
    }

    Path of(Language language) {
        return directory.resolve(language.bootstrap());
    }
}
