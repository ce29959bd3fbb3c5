package dev.anteroom.remedy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Spring's application.yaml, compose files, and Kubernetes manifests, told apart by their keys.
final class YamlFiles {
    private static final int DEFAULT_TOMCAT = 100;
    private static final String SOMAXCONN = "net.core.somaxconn";

    private final String file;
    private final long somaxconn;
    private final List<ConfigFinding> findings = new ArrayList<>();

    private YamlFiles(String file, long somaxconn) {
        this.file = file;
        this.somaxconn = somaxconn;
    }

    static List<ConfigFinding> check(String file, String text, long somaxconn) {
        YamlFiles yaml = new YamlFiles(file, somaxconn);
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(file).build();
            Composer documents = new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)));
            while (documents.hasNext()) {
                yaml.document(documents.next());
            }
        } catch (MarkedYamlEngineException broken) {
            int line = broken.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            yaml.findings.add(ConfigFinding.unreadable(file, line, "no YAML: " + broken.getProblem()));
        } catch (YamlEngineException broken) {
            yaml.findings.add(ConfigFinding.unreadable(file, 1, "no YAML"));
        }
        return yaml.findings;
    }

    private void document(Node document) {
        Optional<Node> services = child(document, "services");
        if (services.isPresent()) {
            entries(services.get()).forEach(service -> service(text(service.getKeyNode()), service.getValueNode()));
        } else if (child(document, "apiVersion").isPresent()) {
            manifest(document);
        } else {
            application(document);
        }
    }

    private void service(String name, Node service) {
        boolean hostNetwork = child(service, "network_mode")
                .map(YamlFiles::text)
                .filter("host"::equals)
                .isPresent();
        child(service, "sysctls").ifPresent(sysctls -> {
            if (sysctls instanceof SequenceNode list) {
                for (Node one : list.getValue()) {
                    String[] words = text(one).split("=", 2);
                    if (words[0].strip().equals(SOMAXCONN)) {
                        sysctl(line(one), "service " + name, words.length > 1 ? words[1] : "", hostNetwork);
                    }
                }
            }
            child(sysctls, SOMAXCONN)
                    .ifPresent(value -> sysctl(line(value), "service " + name, text(value), hostNetwork));
        });
    }

    private void sysctl(int line, String subject, String value, boolean hostNetwork) {
        if (hostNetwork) {
            findings.add(ConfigFinding.noEffect(
                    file,
                    line,
                    subject + ": " + SOMAXCONN,
                    "refused: with the network of the host the host's value counts; set it in /etc/sysctl.d there"));
            return;
        }
        OptionalLong number = number(line, value);
        number.ifPresent(cap -> findings.add(new ConfigFinding(
                file,
                line,
                subject + ": " + SOMAXCONN,
                number,
                ConfigFinding.Verdict.OK,
                "caps every listen(2) in this container at " + cap
                        + ", whatever the host has; the program's own backlog has to be as large",
                Optional.empty())));
    }

    private void manifest(Node document) {
        Node pod = document;
        for (String key : List.of("spec", "jobTemplate", "spec", "template", "spec")) {
            Optional<Node> below = child(pod, key);
            if (below.isPresent()) {
                pod = below.get();
            }
        }
        boolean hostNetwork = child(pod, "hostNetwork")
                .map(YamlFiles::text)
                .filter("true"::equals)
                .isPresent();
        child(pod, "securityContext")
                .flatMap(context -> child(context, "sysctls"))
                .ifPresent(sysctls -> elements(sysctls).forEach(one -> podSysctl(one, hostNetwork)));
        child(pod, "containers")
                .ifPresent(containers -> elements(containers)
                        .forEach(container -> child(container, "securityContext")
                                .flatMap(context -> child(context, "sysctls"))
                                .ifPresent(sysctls -> findings.add(ConfigFinding.noEffect(
                                        file,
                                        line(sysctls),
                                        "sysctls of a container",
                                        "belong in the securityContext of the pod, not of a container")))));
    }

    private void podSysctl(Node sysctl, boolean hostNetwork) {
        Optional<Node> value = child(sysctl, "value");
        if (child(sysctl, "name").map(YamlFiles::text).filter(SOMAXCONN::equals).isEmpty() || value.isEmpty()) {
            return;
        }
        if (hostNetwork) {
            findings.add(ConfigFinding.noEffect(
                    file,
                    line(sysctl),
                    "pod: " + SOMAXCONN,
                    "refused with hostNetwork: the node's value counts; set it there"));
            return;
        }
        OptionalLong number = number(line(value.get()), text(value.get()));
        number.ifPresent(cap -> findings.add(new ConfigFinding(
                file,
                line(sysctl),
                "pod: " + SOMAXCONN,
                number,
                ConfigFinding.Verdict.OK,
                "caps every listen(2) in this pod at " + cap
                        + ", if the kubelet allows it (--allowed-unsafe-sysctls=net.core.somaxconn)",
                Optional.empty())));
    }

    private void application(Node document) {
        Optional<Node> server = child(document, "server");
        Optional<Node> count = server.flatMap(node -> child(node, "tomcat"))
                .flatMap(tomcat -> child(tomcat, "accept-count").or(() -> child(tomcat, "acceptCount")))
                .or(() -> child(document, "server.tomcat.accept-count"));
        if (count.isPresent()) {
            written(count.get(), "server.tomcat.accept-count");
        } else if (server.flatMap(node -> child(node, "port")).isPresent()) {
            findings.add(ConfigFinding.defaulted(
                    file,
                    line(server.get()),
                    "server.port (if Tomcat is in it)",
                    DEFAULT_TOMCAT,
                    somaxconn,
                    "server.tomcat.accept-count: " + somaxconn));
        }
        child(document, "quarkus")
                .flatMap(quarkus -> child(quarkus, "http"))
                .flatMap(http -> child(http, "accept-backlog"))
                .ifPresent(value -> written(value, "quarkus.http.accept-backlog"));
        server.flatMap(node -> child(node, "backlog")).ifPresent(value -> written(value, "server.backlog"));
    }

    private void written(Node value, String subject) {
        number(line(value), text(value))
                .ifPresent(asks -> findings.add(ConfigFinding.written(file, line(value), subject, asks, somaxconn)));
    }

    private OptionalLong number(int line, String text) {
        try {
            return OptionalLong.of(Integer.parseInt(text.strip()));
        } catch (NumberFormatException notANumber) {
            findings.add(ConfigFinding.unreadable(file, line, "'" + text + "' is no number up to 2147483647"));
            return OptionalLong.empty();
        }
    }

    private static Optional<Node> child(Node node, String key) {
        return entries(node).stream()
                .filter(entry -> text(entry.getKeyNode()).equals(key))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    private static List<NodeTuple> entries(Node node) {
        return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
    }

    private static List<Node> elements(Node node) {
        return node instanceof SequenceNode list ? list.getValue() : List.of();
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }
}
