package dev.anteroom.queue;

import java.util.Optional;

/// A container, as the path of its control group tells it.
///
/// @param runtime `docker`, `containerd`, `cri-o`, `podman`, `lxc`, `nspawn`, or `unknown`
/// @param id the runtime's id or name of it, hexadecimal ids in full
/// @param pod the uid of its Kubernetes pod
public record Container(String runtime, String id, Optional<String> pod) {

    private static final int SHORT_ID = 12;

    /// How a table names it: runtime and the first twelve characters of a long hexadecimal id.
    public String label() {
        String shortId = id.length() == 64 ? id.substring(0, SHORT_ID) : id;
        return runtime + ":" + shortId + pod.map(uid -> " pod:" + uid).orElse("");
    }
}
