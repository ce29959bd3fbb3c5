package dev.anteroom.remedy;

import dev.anteroom.kernel.KernelException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/// The changes that were made to this host and not undone: one file for each in a state directory, written
/// before
/// the change and removed after its undoing. As long as it is open, no other run may change anything.
public final class Journal implements AutoCloseable {
    private static final String PREFIX = "change-";
    private static final String SUFFIX = ".properties";

    private final Path directory;
    private final FileChannel lock;

    private Journal(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /// Where the changes of this user are kept.
    public static Path usualDirectory() {
        if (System.getProperty("user.name").equals("root")) {
            return Path.of("/var/lib/anteroom");
        }
        String state = System.getenv("XDG_STATE_HOME");
        return state == null || state.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "state", "anteroom")
                : Path.of(state, "anteroom");
    }

    /// Opens the journal for one run.
    ///
    /// @throws KernelException if the directory cannot be written, or another run has it open
    public static Journal open(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(channel)) {
                return new Journal(directory, channel);
            }
            channel.close();
        } catch (IOException refused) {
            throw new KernelException("cannot keep what 'fix --undo' needs in " + directory + ": " + reason(refused)
                    + "; nothing was changed; name another place with --state DIR");
        }
        throw new KernelException("another 'anteroom fix' is at work (it holds " + directory
                + "/lock); nothing was changed; run again when it has ended");
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException thisProcessHasIt) {
            return false;
        }
    }

    /// The last change that was not undone.
    Optional<HostChange> last() {
        Optional<Path> newest = files().stream().max(Path::compareTo);
        return newest.map(Journal::read);
    }

    /// Writes a change down before it is made.
    ///
    /// @return the change with its number
    HostChange write(HostChange change) {
        long number = files().stream().mapToLong(Journal::number).max().orElse(0) + 1;
        HostChange numbered = change.withNumber(number);
        try {
            WholeFile.write(file(number), text(numbered));
        } catch (IOException refused) {
            throw new KernelException("cannot write down what 'fix --undo' needs in " + directory + ": "
                    + reason(refused) + "; nothing was changed");
        }
        return numbered;
    }

    /// Forgets a change that was undone, or that was never made.
    void remove(HostChange change) {
        try {
            Files.deleteIfExists(file(change.number()));
        } catch (IOException refused) {
            throw new KernelException("cannot remove " + file(change.number()) + ": " + reason(refused)
                    + "; the change was undone, remove the file by hand");
        }
    }

    private Path file(long number) {
        return directory.resolve("%s%09d%s".formatted(PREFIX, number, SUFFIX));
    }

    private static long number(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, PREFIX + "?????????" + SUFFIX)) {
            all.forEach(file -> {
                if (file.getFileName().toString().matches(PREFIX + "\\d{9}\\" + SUFFIX)) {
                    files.add(file);
                }
            });
        } catch (IOException unreadable) {
            throw new KernelException("cannot list " + directory + ": " + reason(unreadable) + "; run as its owner");
        }
        return files;
    }

    private static String text(HostChange change) throws IOException {
        Properties fields = new Properties();
        fields.setProperty("boot", change.boot());
        fields.setProperty("listeners", Integer.toString(change.listeners().size()));
        for (int i = 0; i < change.listeners().size(); i++) {
            HostChange.Limit limit = change.listeners().get(i);
            String key = "listener." + i + ".";
            fields.setProperty(key + "namespace", Long.toString(limit.namespace()));
            fields.setProperty(key + "cookie", Long.toString(limit.cookie()));
            fields.setProperty(key + "label", limit.label());
            fields.setProperty(key + "before", Integer.toString(limit.before()));
            fields.setProperty(key + "after", Integer.toString(limit.after()));
        }
        change.somaxconn().ifPresent(value -> {
            fields.setProperty("somaxconn.namespace", Long.toString(value.namespace()));
            fields.setProperty("somaxconn.before", Long.toString(value.before()));
            fields.setProperty("somaxconn.after", Long.toString(value.after()));
        });
        change.file().ifPresent(file -> {
            fields.setProperty("file.path", file.path());
            file.before().ifPresent(before -> fields.setProperty("file.before", before));
            fields.setProperty("file.after", file.after());
        });
        StringWriter text = new StringWriter();
        fields.store(text, "a change of anteroom fix; 'anteroom fix --undo' undoes it and removes this file");
        return text.toString();
    }

    private static HostChange read(Path file) {
        Properties fields = new Properties();
        try {
            fields.load(new StringReader(Files.readString(file)));
            List<HostChange.Limit> limits = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(field(fields, "listeners")); i++) {
                String key = "listener." + i + ".";
                limits.add(new HostChange.Limit(
                        Long.parseLong(field(fields, key + "namespace")),
                        Long.parseLong(field(fields, key + "cookie")),
                        field(fields, key + "label"),
                        Integer.parseInt(field(fields, key + "before")),
                        Integer.parseInt(field(fields, key + "after"))));
            }
            return new HostChange(number(file), field(fields, "boot"), limits, somaxconn(fields), dropIn(fields));
        } catch (IOException | IllegalArgumentException damaged) {
            throw new KernelException(
                    "cannot understand " + file + ": " + damaged.getMessage() + "; move it away to forget that change");
        }
    }

    private static Optional<HostChange.Somaxconn> somaxconn(Properties fields) throws IOException {
        return fields.containsKey("somaxconn.namespace")
                ? Optional.of(new HostChange.Somaxconn(
                        Long.parseLong(field(fields, "somaxconn.namespace")),
                        Long.parseLong(field(fields, "somaxconn.before")),
                        Long.parseLong(field(fields, "somaxconn.after"))))
                : Optional.empty();
    }

    private static Optional<HostChange.DropIn> dropIn(Properties fields) throws IOException {
        return fields.containsKey("file.path")
                ? Optional.of(new HostChange.DropIn(
                        field(fields, "file.path"),
                        Optional.ofNullable(fields.getProperty("file.before")),
                        field(fields, "file.after")))
                : Optional.empty();
    }

    private static String field(Properties fields, String key) throws IOException {
        String value = fields.getProperty(key);
        if (value == null) {
            throw new IOException("'" + key + "' is missing");
        }
        return value;
    }

    static String reason(IOException problem) {
        return switch (problem) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException missing -> missing.getMessage() + " is not there";
            case FileAlreadyExistsException there -> there.getMessage() + " is in the way";
            default -> String.valueOf(problem.getMessage());
        };
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException released) {
            // The lock ends with the process at the latest.
        }
    }
}
