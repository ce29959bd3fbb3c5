package dev.anteroom.capture;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// A capture file cannot be written or read. The message is one line: the thing, the reason, the next step.
public final class CaptureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// An error with its one line.
    public CaptureException(String message) {
        super(message);
    }

    /// The reason that a file operation failed, without the name of the file that most messages of the JDK begin
    /// with.
    public static String reason(IOException failed) {
        return switch (failed) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(failed.getMessage());
        };
    }
}
