package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Container;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlGroupsTest {
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final String UID = "12345678-9abc-def0-1234-56789abcdef0";

    /// ID stands for 64 hexadecimal digits, UID for the uid of a pod, U_ID for the same with underscores.
    @ParameterizedTest
    @CsvSource({
        "docker, 0::/docker/ID",
        "docker, 0::/system.slice/docker-ID.scope",
        "docker, 12:pids:/docker/ID",
        "docker, 3:cpu:/system.slice/docker-ID.scope/init",
        "containerd, 0::/system.slice/containerd.service/kubepods.slice:cri-containerd:ID",
        "cri-o, 0::/machine.slice/crio-ID.scope",
        "podman, 0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope/container",
        "podman, 0::/machine.slice/libpod-ID.scope",
        "unknown, 0::/default/ID"
    })
    void aContainerIsKnownByTheNameThatItsRuntimeGivesTheGroup(String runtime, String path) {
        assertThat(container(path)).contains(new Container(runtime, ID, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "containerd, 0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podU_ID.slice/cri-containerd-ID.scope",
        "cri-o, 0::/kubepods.slice/kubepods-podU_ID.slice/crio-ID.scope",
        "docker, 0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podU_ID.slice/docker-ID.scope",
        "unknown, 4:memory:/kubepods/burstable/podUID/ID",
        "containerd, 1:x:/system.slice/containerd.service/kubepods-burstable-podU_ID.slice:cri-containerd:ID"
    })
    void aPodIsKnownWithDashesHoweverTheKubeletWritesIt(String runtime, String path) {
        assertThat(container(path)).contains(new Container(runtime, ID, Optional.of(UID)));
    }

    @Test
    void aStaticPodHasAHashForItsUid() {
        String hash = "0123456789abcdef".repeat(2);

        assertThat(container("0::/kubepods/besteffort/pod" + hash + "/ID"))
                .contains(new Container("unknown", ID, Optional.of(hash)));
    }

    @ParameterizedTest
    @CsvSource({
        "lxc, web, 0::/lxc/web",
        "lxc, web, 0::/lxc.payload.web",
        "lxc, web, 0::/lxc.payload/web/init.scope",
        "lxc, web, 12:cpu:/lxc/web/system.slice/nginx.service",
        "nspawn, web, 0::/machine.slice/systemd-nspawn@web.service/payload",
        "nspawn, web, 0::/machine.slice/machine-web.scope/payload/system.slice"
    })
    void aSystemContainerIsKnownByItsName(String runtime, String name, String path) {
        assertThat(container(path)).contains(new Container(runtime, name, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0::/",
                "0::/init.scope",
                "0::/system.slice/nginx.service",
                "0::/system.slice/docker.service",
                "0::/system.slice/containerd.service",
                "0::/system.slice/lxc.service",
                "0::/system.slice/lxc-net.service",
                "0::/system.slice/lxcfs.service",
                "0::/system.slice/snap.lxd.daemon.service",
                "0::/lxc.monitor.web",
                "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-java.scope",
                "0::/user.slice/user-1000.slice/session-3.scope",
                "0::/machine.slice/libpod-conmon-ID.scope",
                "0::/system.slice/crio-conmon-ID.scope",
                "0::/kubepods.slice/kubelet.service",
                "12:pids:/\n11:cpu:/user.slice\n0::/system.slice/sshd.service",
                ""
            })
    void aProcessOfTheHostIsInNoContainer(String path) {
        assertThat(container(path)).isEmpty();
    }

    @Test
    void everyHierarchyIsLookedAt() {
        assertThat(container("12:pids:/\n11:cpu:/docker/ID\n0::/system.slice/x.service"))
                .contains(new Container("docker", ID, Optional.empty()));
    }

    private static Optional<Container> container(String path) {
        return ControlGroups.container(
                path.replace("U_ID", UID.replace('-', '_')).replace("UID", UID).replace("ID", ID) + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0::/system.slice/nginx.service, nginx.service",
        "0::/system.slice/system-postgresql.slice/postgresql@17-main.service, postgresql@17-main.service",
        "0::/user.slice/user-0.slice/session-1.scope, ",
    })
    void theServiceOfAProcessIsRead(String cgroup, String unit) {
        assertThat(ControlGroups.serviceUnit(cgroup)).isEqualTo(Optional.ofNullable(unit));
    }
}
