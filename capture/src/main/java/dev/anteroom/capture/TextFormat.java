package dev.anteroom.capture;

/// One kind of text. Says of each line whether it is one of its own, and what that line shows.
interface TextFormat {

    /// Takes a line in, or says that it is not of this format.
    boolean take(Line line);

    /// Another format took a line: what this one was in the middle of is over.
    default void interrupted() {
        end();
    }

    /// The text is over.
    default void end() {}
}
