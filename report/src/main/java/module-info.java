import org.jspecify.annotations.NullMarked;

/// One result in several forms: terminal text and JSON.
///
/// Decides nothing. Colour and block characters only where the caller says that the terminal has them; neither
/// carries a meaning alone.
@NullMarked
module dev.anteroom.report {
    requires static org.jspecify;
    requires transitive dev.anteroom.diagnosis;
    requires transitive dev.anteroom.lab;
    requires transitive dev.anteroom.remedy;
    requires transitive dev.anteroom.simulator;
    requires transitive tools.jackson.core;

    exports dev.anteroom.report;
}
