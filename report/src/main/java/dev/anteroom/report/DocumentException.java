package dev.anteroom.report;

/// A document that cannot be read. The message is one line: the file, the field, what stands there and what was
/// expected.
public final class DocumentException extends Exception {
    private static final long serialVersionUID = 1L;

    DocumentException(String message) {
        super(message);
    }
}
