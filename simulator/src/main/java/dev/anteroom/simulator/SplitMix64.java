package dev.anteroom.simulator;

/// The generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014), written
/// out: the same seed gives the same numbers on any machine and any Java. Logarithms are those of `StrictMath`.
public final class SplitMix64 {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    /// A generator that begins at a seed.
    public SplitMix64(long seed) {
        state = seed;
    }

    /// A generator of its own for one purpose, so that drawing more for one does not change what another draws.
    static SplitMix64 stream(long seed, int purpose) {
        return new SplitMix64(mix(seed + purpose * GOLDEN_GAMMA));
    }

    /// 64 random bits.
    public long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /// A number from 0 to below 1, of 53 random bits.
    public double fraction() {
        return (next() >>> 11) * 0x1p-53;
    }

    /// A whole number from 0 to below a bound of 1 or more, so even that nobody can tell while the bound is small.
    public int below(int bound) {
        return (int) (fraction() * bound);
    }

    /// An exponentially distributed number with the given mean.
    public double exponential(double mean) {
        return -mean * StrictMath.log(1 - fraction());
    }

    /// Scrambles the bits of a number; every number has one image.
    static long mix(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
