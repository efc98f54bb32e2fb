package dev.millrace.kafka.code;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A zip that was found safe to unpack: no entry leaves the directory, is a link or a device, or is there twice; nothing
 * is encrypted; and it is not too large, also by what really comes out of it. Immutable; the file must stay as it is.
 */
public final class CodeArchive {

    /** Entries at most, directories included. */
    public static final int MAX_ENTRIES = 10_000;

    /** Unpacked bytes at most. SCF: 500 MB. */
    public static final long MAX_UNPACKED = 500L * 1024 * 1024;

    /** Unpacked bytes per byte of the zip at most. */
    public static final int MAX_RATIO = 100;

    /** What unpacks to less than this is no bomb, whatever its ratio. */
    private static final long RATIO_FREE = 1024 * 1024;

    private final Path zip;
    private final List<Member> members;
    private final long unpackedBytes;

    /** One entry and where it goes. */
    private record Member(String name, boolean directory, boolean executable) {}

    private CodeArchive(Path zip, List<Member> members, long unpackedBytes) {
        this.zip = zip;
        this.members = List.copyOf(members);
        this.unpackedBytes = unpackedBytes;
    }

    /**
     * Looks through a zip, unpacking it into nothing.
     *
     * @throws RefusedArchiveException naming what is wrong
     */
    public static CodeArchive check(Path zip) throws IOException, RefusedArchiveException {
        List<CentralDirectory.Entry> directory = CentralDirectory.read(zip);
        EntryNames names = new EntryNames();
        for (CentralDirectory.Entry entry : directory) {
            checkEntry(entry);
            names.add(entry.name());
        }
        List<Member> members = new ArrayList<>();
        try (ZipFile file = new ZipFile(zip.toFile(), StandardCharsets.UTF_8)) {
            List<? extends ZipEntry> entries = Collections.list(file.entries());
            if (entries.size() != directory.size()) {
                throw new RefusedArchiveException("the zip's directory is damaged");
            }
            long most = mostUnpacked(Files.size(zip));
            long unpacked = 0;
            for (int i = 0; i < entries.size(); i++) {
                ZipEntry entry = entries.get(i);
                if (!entry.getName().equals(directory.get(i).name())) {
                    throw new RefusedArchiveException("the zip's directory is damaged at " + entry.getName());
                }
                unpacked += unpack(file, entry, null, most - unpacked);
                members.add(new Member(
                        entry.getName(), entry.isDirectory(), directory.get(i).isExecutable()));
            }
            if (members.stream().allMatch(Member::directory)) {
                throw new RefusedArchiveException("the zip holds no file");
            }
            return new CodeArchive(zip, members, unpacked);
        } catch (ZipException | EOFException e) {
            throw new RefusedArchiveException("the zip cannot be read: " + e.getMessage());
        }
    }

    /** Bytes of all files when unpacked. */
    public long unpackedBytes() {
        return unpackedBytes;
    }

    /** Names of its files, without directories, in the order of the zip. */
    public List<String> files() {
        return members.stream()
                .filter(member -> !member.directory())
                .map(Member::name)
                .toList();
    }

    /**
     * Unpacks into a directory that must not exist yet, all of it or nothing. Files that were executable in the zip are
     * so again.
     *
     * @throws RefusedArchiveException when the zip is no longer what was checked
     * @throws FileAlreadyExistsException when there is something of that name
     */
    public void extractTo(Path directory) throws IOException, RefusedArchiveException {
        Path target = directory.toAbsolutePath();
        Path parent = target.getParent();
        if (parent == null || Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        Path partial = Files.createTempDirectory(parent, ".unpacking-");
        try {
            unpackInto(partial);
            setMode(partial, true);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            deleteTree(partial);
        }
    }

    static RefusedArchiveException tooManyEntries(int count) {
        return new RefusedArchiveException(
                "the zip has " + count + " entries or more; " + MAX_ENTRIES + " are allowed");
    }

    private void unpackInto(Path root) throws IOException, RefusedArchiveException {
        long left = unpackedBytes;
        try (ZipFile file = new ZipFile(zip.toFile(), StandardCharsets.UTF_8)) {
            for (Member member : members) {
                ZipEntry entry = file.getEntry(member.name());
                Path path = root.resolve(member.name()).normalize();
                if (entry == null || !path.startsWith(root)) {
                    throw new RefusedArchiveException("the zip changed after it was checked, at " + member.name());
                }
                if (member.directory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                left -= unpack(file, entry, path, left);
                setMode(path, member.executable());
            }
        } catch (ZipException | EOFException e) {
            throw new RefusedArchiveException("the zip changed after it was checked: " + e.getMessage());
        }
    }

    private static void checkEntry(CentralDirectory.Entry entry) throws RefusedArchiveException {
        if (entry.encrypted()) {
            throw new RefusedArchiveException("the zip is encrypted, at " + entry.name());
        }
        if (entry.isSpecial()) {
            throw new RefusedArchiveException(
                    "the zip holds a link or a device, " + entry.name() + "; only files and directories are allowed");
        }
    }

    private static long mostUnpacked(long zipped) {
        return Math.min(MAX_UNPACKED, Math.max(RATIO_FREE, zipped * MAX_RATIO));
    }

    /**
     * Unpacks one entry and believes no number in the zip.
     *
     * @param to {@code null}: into nothing
     * @return bytes that came out
     */
    private static long unpack(ZipFile file, ZipEntry entry, @Nullable Path to, long most)
            throws IOException, RefusedArchiveException {
        CRC32 sum = new CRC32();
        long bytes;
        try (InputStream in = new CheckedInputStream(file.getInputStream(entry), sum);
                OutputStream out = to == null ? OutputStream.nullOutputStream() : Files.newOutputStream(to)) {
            bytes = copy(in, out, most);
        }
        if (entry.getCrc() != -1 && entry.getCrc() != sum.getValue()) {
            throw new RefusedArchiveException("the zip is damaged at " + entry.getName());
        }
        return bytes;
    }

    private static long copy(InputStream in, OutputStream out, long most) throws IOException, RefusedArchiveException {
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            bytes += read;
            if (bytes > most) {
                throw new RefusedArchiveException("the zip unpacks to more than " + MAX_UNPACKED / (1024 * 1024)
                        + " MB or " + MAX_RATIO + " times its size");
            }
            out.write(buffer, 0, read);
        }
        return bytes;
    }

    private static void setMode(Path path, boolean executable) throws IOException {
        PosixFileAttributeView posix = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (posix != null) {
            posix.setPermissions(PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
