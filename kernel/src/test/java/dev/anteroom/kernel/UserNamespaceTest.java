package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserNamespaceTest {
    @TempDir
    Path proc;

    private void write(String file, String text) throws IOException {
        Path path = proc.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @ParameterizedTest
    @CsvSource({
        "user/max_user_namespaces, 0, 15000",
        "user/max_net_namespaces, 0, 15000",
        "kernel/unprivileged_userns_clone, 0, 1",
        "kernel/apparmor_restrict_unprivileged_userns, 1, 0"
    })
    void namesTheSettingThatClosesUserNamespacesAndTheCommandThatOpensThem(
            String setting, String closing, String opening) throws IOException {
        write("sys/" + setting, closing + "\n");
        String name = setting.replace('/', '.');
        assertThat(UserNamespace.reason(proc, "unshare failed"))
                .contains(name + " is " + closing)
                .contains("'sysctl " + name + "=" + opening + "' as root");
        write("sys/" + setting, opening + "\n");
        assertThat(UserNamespace.reason(proc, "unshare failed")).doesNotContain(name);
    }

    @Test
    void namesASeccompFilterWhereNoSettingIsTheCause() throws IOException {
        write("self/status", "Name:\tjava\nSeccomp:\t2\n");
        assertThat(UserNamespace.reason(proc, "unshare failed: Operation not permitted"))
                .contains("seccomp=unconfined")
                .contains("Operation not permitted");
    }

    @Test
    void repeatsWhatTheToolSaidWhereNothingElseIsKnown() throws IOException {
        write("self/status", "Name:\tjava\nSeccomp:\t0\n");
        assertThat(UserNamespace.reason(proc, "unshare failed: No space left on device"))
                .contains("'unshare -Urn' says: unshare failed: No space left on device");
    }
}
