package dev.millrace.cli.source;

import dev.millrace.cli.shell.Failure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a folder that belong into a code package. A link is followed as long as it stays in the folder: the package
 * then holds a copy.
 */
final class SourceFolder {

    /** What a code package never needs. */
    private static final Set<String> SKIPPED = Set.of(".git", "__pycache__");

    private final Path real;
    private final SortedMap<String, Path> files = new TreeMap<>();
    private final Deque<Path> open = new ArrayDeque<>();

    private SourceFolder(Path real) {
        this.real = real;
    }

    /**
     * The files by their names in the package, sorted.
     *
     * @throws Failure when a link leads outside, or there is something that is neither file nor folder
     */
    static SortedMap<String, Path> files(Path folder) throws IOException {
        SourceFolder source = new SourceFolder(folder.toRealPath());
        source.collect(source.real, "");
        return source.files;
    }

    private void collect(Path folder, String lead) throws IOException {
        if (open.contains(folder)) {
            throw Failure.usage(lead + " is a link to a folder that it is in itself")
                    .next("remove the link, or set src to a folder without it");
        }
        open.push(folder);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                String name = String.valueOf(child.getFileName());
                if (!SKIPPED.contains(name)) {
                    add(child, lead + name);
                }
            }
        }
        open.pop();
    }

    private void add(Path path, String name) throws IOException {
        Path target = Files.isSymbolicLink(path) ? followed(path, name) : path;
        if (Files.isDirectory(target)) {
            collect(target, name + "/");
        } else if (Files.isRegularFile(target)) {
            files.put(name, target);
        } else {
            throw Failure.usage(name + " is neither a file nor a folder, and cannot be packed")
                    .next("remove it, or set src to a folder without it");
        }
    }

    private Path followed(Path link, String name) throws IOException {
        if (!Files.exists(link)) {
            throw Failure.usage(name + " is a link to " + Files.readSymbolicLink(link) + ", which is not there")
                    .next("remove the link");
        }
        Path target = link.toRealPath();
        if (!target.startsWith(real)) {
            throw Failure.usage(name + " is a link that leaves " + real + " (to " + target + ")")
                    .next("put a copy in its place");
        }
        return target;
    }
}
