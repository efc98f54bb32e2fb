package dev.millrace.kafka.code;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The names of a zip's entries, each of which must stay inside, be there once, and not be file and directory at once. */
final class EntryNames {

    private static final int MAX_PATH_BYTES = 4096;
    private static final int MAX_PART_BYTES = 255;

    private final Set<String> files = new HashSet<>();
    private final Set<String> directories = new HashSet<>();
    private final Set<String> entries = new HashSet<>();

    void add(String name) throws RefusedArchiveException {
        boolean directory = name.endsWith("/");
        String path = directory ? name.substring(0, name.length() - 1) : name;
        checkPath(name, path);
        if (!entries.add(path)) {
            throw new RefusedArchiveException("the zip has two entries of the name " + name);
        }
        (directory ? directories : files).add(path);
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            directories.add(path.substring(0, slash));
        }
        checkKinds(path);
    }

    private void checkKinds(String path) throws RefusedArchiveException {
        if (files.contains(path) && directories.contains(path)) {
            throw new RefusedArchiveException("the zip has " + path + " both as a file and as a directory");
        }
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (files.contains(path.substring(0, slash))) {
                throw new RefusedArchiveException(
                        "the zip has " + path.substring(0, slash) + " both as a file and as a directory");
            }
        }
    }

    private static void checkPath(String name, String path) throws RefusedArchiveException {
        if (path.isEmpty() || path.startsWith("/") || path.matches("[A-Za-z]:.*")) {
            throw new RefusedArchiveException("the zip has an absolute or empty name: " + shown(name));
        }
        if (path.indexOf('\\') >= 0 || path.chars().anyMatch(Character::isISOControl)) {
            throw new RefusedArchiveException(
                    "the zip has a name with a backslash or a control character: " + shown(name));
        }
        int length = bytes(path);
        for (String part : List.of(path.split("/", -1))) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new RefusedArchiveException("the zip has a name with '.', '..' or '//': " + shown(name));
            }
            if (bytes(part) > MAX_PART_BYTES || length > MAX_PATH_BYTES) {
                throw new RefusedArchiveException("the zip has a name that is too long: " + shown(name));
            }
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** What a name contains must not reach a terminal or a log as it is. */
    private static String shown(String name) {
        String head = name.length() > 100 ? name.substring(0, 100) + "…" : name;
        return head.replaceAll("\\p{Cntrl}", "?");
    }
}
