package dev.anteroom.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelVersionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                // Debian names the stable release in the build text only.
                "6.1.0-28-amd64 | #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22) | '' | 6.1.119 | false",
                "6.12.6-amd64 | #1 SMP PREEMPT_DYNAMIC Debian 6.12.6-1 (2024-12-21) | '' | 6.12.6 | false",
                "4.19.0-27-cloud-amd64 | #1 SMP Debian 4.19.316-1 (2024-06-25) | '' | 4.19.316 | false",
                // Ubuntu in /proc/version_signature only.
                "5.15.0-91-generic | #101-Ubuntu SMP Tue Nov 14 | Ubuntu 5.15.0-91.101-generic 5.15.131 | 5.15.131 | false",
                "6.8.0-1021-aws | #23-Ubuntu SMP | Ubuntu 6.8.0-1021.23-aws 6.8.12 | 6.8.12 | false",
                "5.15.0-91-generic | #101-Ubuntu SMP Tue Nov 14 | '' | 5.15.0 | true",
                // Red Hat and its kin carry later changes under an old number.
                "4.18.0-553.el8_10.x86_64 | #1 SMP Mon May 20 | '' | 4.18.0 | true",
                "3.10.0-1160.119.1.el7.x86_64 | #1 SMP | '' | 3.10.0 | true",
                "5.14.0-503.11.1.el9_5.aarch64 | #1 SMP | '' | 5.14.0 | true",
                "5.15.0-200.131.27.el9uek.x86_64 | #2 SMP | '' | 5.15.0 | true",
                "5.4.17-2136.338.4.2.el8uek.x86_64 | #3 SMP | '' | 5.4.17 | true",
                "6.4.0-150600.23.25-default | #1 SMP | '' | 6.4.0 | true",
                // Amazon and Fedora name theirs in the release string.
                "5.10.226-214.880.amzn2.x86_64 | #1 SMP | '' | 5.10.226 | false",
                "6.1.119-129.201.amzn2023.x86_64 | #1 SMP | '' | 6.1.119 | false",
                "6.11.4-301.fc41.x86_64 | #1 SMP PREEMPT_DYNAMIC | '' | 6.11.4 | false",
                "6.11.0-63.fc41.x86_64 | #1 SMP PREEMPT_DYNAMIC | '' | 6.11.0 | false",
                // Vanilla, WSL, phones.
                "6.18.44 | #1 SMP PREEMPT_DYNAMIC | '' | 6.18.44 | false",
                "6.14.0 | '' | '' | 6.14.0 | false",
                "6.14.0-rc3 | '' | '' | 6.14.0 | false",
                "6.13-rc1 | '' | '' | 6.13.0 | false",
                "5.15.153.1-microsoft-standard-WSL2 | #1 SMP | '' | 5.15.153 | false",
                "5.10.198-android13-4-00050-g12f3388846c3-ab11920634 | #1 SMP PREEMPT | '' | 5.10.198 | false",
                "4.14.186+ | #1 SMP PREEMPT | '' | 4.14.186 | false",
                "6.6.87.2-cloudflare-2025.4.1 | '' | '' | 6.6.87 | false"
            })
    void theVersionWhoseRulesHoldIsRead(
            String release, String build, String signature, String numbers, boolean vendor) {
        KernelVersion version = KernelVersion.parse(release, build, signature);

        assertThat(version.numbers()).isEqualTo(numbers);
        assertThat(version.vendor()).isEqualTo(vendor);
        assertThat(version.release()).isEqualTo(release);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Linux 6.1.0", "six.one", "6", "v6.1.2", ".6.1", "99999999999.1", "gVisor"})
    void garbageIsRefused(String release) {
        assertThatIllegalArgumentException().isThrownBy(() -> KernelVersion.parse(release, "", ""));
    }

    @Test
    void aReleaseOfAnotherStableBranchIsNotOfThisOne() {
        assertThat(KernelVersion.of(6, 1, 125).stable(6, 1, 125)).isTrue();
        assertThat(KernelVersion.of(6, 1, 124).stable(6, 1, 125)).isFalse();
        assertThat(KernelVersion.of(6, 2, 200).stable(6, 1, 125)).isFalse();
        assertThat(KernelVersion.of(5, 1, 200).stable(6, 1, 125)).isFalse();
    }

    @Property
    void versionsAreOrderedByTheirNumbersAndNotByTheirText(
            @ForAll List<@IntRange(max = 20) Integer> majors,
            @ForAll @IntRange(max = 200) int minor,
            @ForAll @IntRange(max = 200) int patch) {
        List<KernelVersion> versions = new ArrayList<>();
        majors.forEach(major -> versions.add(KernelVersion.of(major, minor, patch)));
        Collections.sort(versions);

        assertThat(versions.stream().map(KernelVersion::major)).isSorted();
    }

    @Property
    void atLeastIsTheOrderOfPackedNumbers(
            @ForAll @IntRange(max = 12) int major,
            @ForAll @IntRange(max = 12) int minor,
            @ForAll @IntRange(max = 12) int patch,
            @ForAll @IntRange(max = 12) int otherMajor,
            @ForAll @IntRange(max = 12) int otherMinor,
            @ForAll @IntRange(max = 12) int otherPatch) {
        int packed = major * 10_000 + minor * 100 + patch;
        int other = otherMajor * 10_000 + otherMinor * 100 + otherPatch;

        assertThat(KernelVersion.of(major, minor, patch).atLeast(otherMajor, otherMinor, otherPatch))
                .isEqualTo(packed >= other);
    }
}
