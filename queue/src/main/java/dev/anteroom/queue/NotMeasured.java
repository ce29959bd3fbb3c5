package dev.anteroom.queue;

/// Something that could not be seen.
///
/// @param what what is missing from the evidence
/// @param why the reason
/// @param how what would make it visible
public record NotMeasured(String what, String why, String how) {}
