package dev.anteroom.simulator;

/// How a number was found, and how far to trust it under the assumptions of the request.
public enum SizingMethod {
    COUNTING("counting", "exact: nothing is left to chance"),
    EXACT("closed form", "exact for random arrivals and these times from one accept to the next"),
    DIFFUSION("diffusion", "limits within 2 % or 3 places of a simulation"),
    WALK("random walk", "limits at most 2 % or 3 places below a simulation, and up to twice as high: the burst varies"),
    PEAKS(
            "closed form with peaks",
            "exact for one worker with a constant service time up to 256 places, the decay of the loss beyond"),
    REPLAY(
            "replay of the trace",
            "exact where each accept takes the same time and nobody who was turned away comes back"),
    SIMULATION("simulation", "loss within 10 % at the 95 % level, its geometric decay beyond 1e-3");

    private final String text;
    private final String tolerance;

    SizingMethod(String text, String tolerance) {
        this.text = text;
        this.tolerance = tolerance;
    }

    /// Whether it is exact under the assumptions of the request, by simulation, or an approximation.
    public Kind kind() {
        return switch (this) {
            case COUNTING, EXACT, REPLAY, PEAKS -> Kind.EXACT;
            case DIFFUSION, WALK -> Kind.APPROXIMATED;
            case SIMULATION -> Kind.SIMULATED;
        };
    }

    /// What a number rests on.
    public enum Kind {
        EXACT,
        APPROXIMATED,
        SIMULATED
    }

    /// What it is called.
    public String text() {
        return text;
    }

    /// How far it may be off.
    public String tolerance() {
        return tolerance;
    }
}
