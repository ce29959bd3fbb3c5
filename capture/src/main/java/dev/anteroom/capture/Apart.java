package dev.anteroom.capture;

/// Keeps what the reading thread writes for each packet out of the cache lines of what others do: each of its writes
/// would wait for the line to come back. The fields of a superclass stand before those of a class, and two lines of
/// 64 bytes are fetched together. What only those write who work on shares is not apart: two of them seldom meet.
abstract class Apart {
    long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15;
}
