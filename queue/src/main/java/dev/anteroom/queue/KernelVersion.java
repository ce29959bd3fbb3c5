package dev.anteroom.queue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The version whose queue rules a running Linux follows.
///
/// The release string is not enough: Debian's `6.1.0-28-amd64` is 6.1.119 and names it only in the build text of
/// `uname -v`; Ubuntu's `5.15.0-91-generic` names it only in `/proc/version_signature`; Red Hat's kernels carry
/// changes from much later versions under an old number.
///
/// @param major first number
/// @param minor second number
/// @param patch number of the stable release, 0 where nothing told it
/// @param vendor true where the rules may be those of another version: a vendor's kernel whose stable release is
///     not named anywhere
/// @param release what `uname -r` prints
public record KernelVersion(int major, int minor, int patch, boolean vendor, String release)
        implements Comparable<KernelVersion> {

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?");
    private static final Pattern DEBIAN = Pattern.compile("Debian (\\d+\\.\\d+\\.\\d+)");
    private static final Pattern UBUNTU = Pattern.compile(" (\\d+\\.\\d+\\.\\d+)\\s*$");
    private static final Pattern VENDOR =
            Pattern.compile("\\.el\\d|\\.amzn|\\.uek|\\.fc\\d|-default$|^\\d+\\.\\d+\\.0-\\d");
    private static final Pattern FEDORA_OR_AMAZON = Pattern.compile("\\.fc\\d|\\.amzn");

    /// Reads the version of a running kernel.
    ///
    /// @param release `/proc/sys/kernel/osrelease`
    /// @param build `/proc/sys/kernel/version`, may be empty
    /// @param signature `/proc/version_signature`, empty outside Ubuntu
    /// @throws IllegalArgumentException if the release does not start with two numbers
    public static KernelVersion parse(String release, String build, String signature) {
        Matcher told = DEBIAN.matcher(build);
        if (told.find()) {
            return numbers(told.group(1), false, release);
        }
        told = UBUNTU.matcher(signature);
        if (told.find()) {
            return numbers(told.group(1), false, release);
        }
        boolean vendor = VENDOR.matcher(release).find()
                && !FEDORA_OR_AMAZON.matcher(release).find();
        return numbers(release, vendor, release);
    }

    /// A version known by its numbers alone.
    public static KernelVersion of(int major, int minor, int patch) {
        return new KernelVersion(major, minor, patch, false, major + "." + minor + "." + patch);
    }

    private static KernelVersion numbers(String text, boolean vendor, String release) {
        Matcher numbers = NUMBERS.matcher(text);
        if (!numbers.lookingAt()) {
            throw new IllegalArgumentException("kernel release '" + text + "' does not start with a version number");
        }
        return new KernelVersion(
                Integer.parseInt(numbers.group(1)),
                Integer.parseInt(numbers.group(2)),
                numbers.group(3) == null ? 0 : Integer.parseInt(numbers.group(3)),
                vendor,
                release);
    }

    /// Whether this is the named release or a later one, or a later release of the same stable branch.
    public boolean atLeast(int otherMajor, int otherMinor, int otherPatch) {
        return compareTo(of(otherMajor, otherMinor, otherPatch)) >= 0;
    }

    /// Whether this is a stable release of the branch `major.minor` at or past the given patch.
    public boolean stable(int branchMajor, int branchMinor, int fromPatch) {
        return major == branchMajor && minor == branchMinor && patch >= fromPatch;
    }

    @Override
    public int compareTo(KernelVersion other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = Integer.compare(minor, other.minor);
        return byMajor != 0 ? byMajor : byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    /// The numbers alone, as in `6.1.119`.
    public String numbers() {
        return major + "." + minor + "." + patch;
    }
}
