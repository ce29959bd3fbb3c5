package dev.anteroom.simulator;

/// How a number was found, and how far to trust it under the assumptions of the request.
public enum SizingMethod {
    COUNTING("counting", "exact: nothing in it is random"),
    EXACT("closed form", "exact for these arrivals and service times"),
    DIFFUSION("diffusion", "limits within 2 % or 3 places of a simulation"),
    WALK("random walk", "limits at most 2 % or 3 places below a simulation, and up to twice as high: the burst varies"),
    PEAKS(
            "closed form with peaks",
            "exact for one worker with a constant service time up to 256 places, the decay of the loss beyond"),
    SIMULATION("simulation", "loss within 10 % at the 95 % level, its geometric decay beyond 1e-3");

    private final String text;
    private final String tolerance;

    SizingMethod(String text, String tolerance) {
        this.text = text;
        this.tolerance = tolerance;
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
