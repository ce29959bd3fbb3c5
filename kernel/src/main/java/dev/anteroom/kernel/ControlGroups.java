package dev.anteroom.kernel;

import dev.anteroom.queue.Container;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Containers and pods, as the runtimes write them into the names of control groups.
final class ControlGroups {
    private static final Pattern POD = Pattern.compile(
            "pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})");

    private record Naming(String name, Pattern group) {}

    private static final List<Naming> RUNTIMES = List.of(
            new Naming("docker", Pattern.compile("docker[-/]([0-9a-f]{64})")),
            new Naming("containerd", Pattern.compile("cri-containerd[-:]([0-9a-f]{64})")),
            new Naming("cri-o", Pattern.compile("crio-([0-9a-f]{64})")),
            new Naming("podman", Pattern.compile("libpod-([0-9a-f]{64})")),
            new Naming("lxc", Pattern.compile("/lxc(?:\\.payload[./]|/)([^/]+)")),
            new Naming(
                    "nspawn",
                    Pattern.compile(
                            "machine\\.slice/(?:systemd-nspawn@|machine-(?!qemu))([^/]+?)\\.(?:service|scope)")),
            new Naming("unknown", Pattern.compile("/([0-9a-f]{64})(?:$|/)")));

    private static final Pattern UNIT = Pattern.compile("/system\\.slice/(?:[^/]+\\.slice/)*([^/]+\\.service)");

    private ControlGroups() {}

    /// The system service that a process belongs to.
    ///
    /// @param cgroup /proc/PID/cgroup
    static Optional<String> serviceUnit(String cgroup) {
        Matcher unit = UNIT.matcher(cgroup);
        return unit.find() ? Optional.of(unit.group(1)) : Optional.empty();
    }

    /// The container that a process lives in.
    ///
    /// @param cgroup /proc/PID/cgroup: a line for each hierarchy, `id:controllers:path`
    /// @return empty for a process of the host, or where the path is hidden by a cgroup namespace
    static Optional<Container> container(String cgroup) {
        Matcher pod = POD.matcher(cgroup);
        Optional<String> uid = pod.find() ? Optional.of(pod.group(1).replace('_', '-')) : Optional.empty();
        for (Naming runtime : RUNTIMES) {
            Optional<String> id = cgroup.lines()
                    .map(line -> line.substring(line.indexOf(':', line.indexOf(':') + 1) + 1))
                    .map(runtime.group::matcher)
                    .filter(Matcher::find)
                    .map(matcher -> matcher.group(1))
                    .findFirst();
            if (id.isPresent()) {
                return Optional.of(new Container(runtime.name, id.get(), uid));
            }
        }
        return Optional.empty();
    }
}
