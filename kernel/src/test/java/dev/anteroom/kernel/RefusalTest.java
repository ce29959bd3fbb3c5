package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.KernelVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which of the things that forbid it is named. Most of them are not to be had on every host that runs the
/// tests.
class RefusalTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # own uid | capable | filtered | other uid | other's capabilities | Yama | same user namespace | named
            0         | true    | false    | 1000      | 0                    | 3    | true                | Yama forbids
            0         | true    | false    | 1000      | 0                    | 0    | false               | another user namespace
            1000      | false   | false    | 0         | 0                    | 0    | true                | it runs as
            1000      | false   | false    | 1000      | 0                    | 1    | true                | kernel.yama.ptrace_scope=1
            1000      | false   | false    | 1000      | 1024                 | 0    | true                | capabilities that this user lacks
            1000      | false   | true     | 1000      | 0                    | 0    | true                | seccomp filter
            1000      | false   | false    | 1000      | 0                    | 0    | true                | PR_SET_DUMPABLE
            0         | true    | true     | 1000      | 0                    | 2    | true                | seccomp filter
            0         | true    | false    | 1000      | 0                    | 2    | true                | SELinux or AppArmor
            """)
    void theFirstThingThatForbidsItIsNamed(
            int uid,
            boolean capable,
            boolean filtered,
            int otherUid,
            long otherCapabilities,
            int yama,
            boolean sameUserNamespace,
            String named) {
        Refusal.Credentials own =
                Refusal.Credentials.parse("Uid:\t%d\t0\t0\t0\nCapEff:\t%x\nCapPrm:\t%x\nSeccomp:\t%d\n"
                        .formatted(uid, capable ? 1 << 19 : 0, capable ? 1 << 19 : 0, filtered ? 2 : 0));
        Refusal.Credentials other =
                Refusal.Credentials.parse("Uid:\t%d\t0\t0\t0\nCapPrm:\t%x\n".formatted(otherUid, otherCapabilities));

        assertThat(Refusal.forbidden(
                        own, other, yama, sameUserNamespace, "pidfd_getfd(2) on process 1", UserNames.read()))
                .contains(named);
    }

    @ParameterizedTest
    @CsvSource({"5, 5, Linux 5.5.0 has no pidfd_getfd(2)", "5, 6, a seccomp filter", "6, 18, a seccomp filter"})
    void aMissingCallIsBlamedOnTheKernelOnlyIfThatIsOldEnough(int major, int minor, String named) {
        assertThat(Refusal.missingCall("pidfd_getfd(2)", KernelVersion.of(major, minor, 0)))
                .startsWith(named);
    }
}
