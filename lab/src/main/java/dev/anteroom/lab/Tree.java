package dev.anteroom.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
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

/// A YAML document in which every value knows where it stands.
sealed interface Tree {
    /// A scenario is a page of text; what is longer is something else.
    int MOST_CHARACTERS = 256 * 1024;

    /// Where it stands: `scenario.yaml, line 12`, or the option that set it.
    String place();

    /// A word, a number or a text.
    record Scalar(String place, String text) implements Tree {}

    /// Values in order.
    record Sequence(String place, List<Tree> elements) implements Tree {}

    /// Values by name, in the order of the text.
    record Mapping(String place, Map<String, Tree> entries) implements Tree {
        /// This mapping with the values of another laid over it; mappings in it are laid over one another, all else
        /// is replaced.
        Mapping overlaid(Mapping top) {
            Map<String, Tree> merged = new LinkedHashMap<>(entries);
            top.entries.forEach((name, value) -> merged.merge(
                    name,
                    value,
                    (below, above) -> below instanceof Mapping lower && above instanceof Mapping upper
                            ? lower.overlaid(upper)
                            : above));
            return new Mapping(place, merged);
        }

        /// The same, with the values laid over each variant as well, so that no variant takes them back.
        Mapping overlaidEverywhere(Mapping top) {
            Map<String, Tree> merged = new LinkedHashMap<>(overlaid(top).entries);
            if (merged.get("variants") instanceof Mapping variants) {
                Map<String, Tree> all = new LinkedHashMap<>(variants.entries);
                all.replaceAll((_, variant) -> variant instanceof Mapping own ? own.overlaid(top) : variant);
                merged.put("variants", new Mapping(variants.place, all));
            }
            return new Mapping(place, merged);
        }
    }

    /// Reads a document.
    ///
    /// @param source how errors name it
    static Mapping parse(String text, String source) throws ScenarioException {
        if (text.length() > MOST_CHARACTERS) {
            throw new ScenarioException(source + ": longer than " + MOST_CHARACTERS + " characters; no scenario");
        }
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(source)
                    .setAllowDuplicateKeys(false)
                    .setMaxAliasesForCollections(0)
                    .build();
            Optional<Node> root =
                    new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text))).getSingleNode();
            if (root.isEmpty() || !(of(root.get(), root.get(), source) instanceof Mapping mapping)) {
                throw new ScenarioException(source + ": expected a mapping such as 'server:', found something else;"
                        + " 'anteroom lab show surge-1000' prints an example");
            }
            return mapping;
        } catch (MarkedYamlEngineException wrong) {
            int line = wrong.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new ScenarioException(source + ", line " + line + ": " + wrong.getProblem());
        } catch (YamlEngineException wrong) {
            throw new ScenarioException(source + ": " + firstLine(wrong));
        }
    }

    private static String firstLine(YamlEngineException wrong) {
        String message = wrong.getMessage();
        return message == null ? "no YAML" : message.lines().findFirst().orElse("no YAML");
    }

    /// @param at whose line its errors name: for a value that is its name's, even where it begins on the next line
    private static Tree of(Node node, Node at, String source) throws ScenarioException {
        String place = source
                + at.getStartMark()
                        .map(mark -> ", line " + (mark.getLine() + 1))
                        .orElse("");
        return switch (node) {
            case ScalarNode scalar -> new Scalar(place, scalar.getValue());
            case SequenceNode sequence -> {
                List<Tree> elements = new ArrayList<>();
                for (Node element : sequence.getValue()) {
                    elements.add(of(element, element, source));
                }
                yield new Sequence(place, elements);
            }
            case MappingNode mapping -> {
                Map<String, Tree> entries = new LinkedHashMap<>();
                for (NodeTuple tuple : mapping.getValue()) {
                    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                        throw new ScenarioException(place + ": expected a name before the ':'");
                    }
                    if (entries.put(key.getValue(), of(tuple.getValueNode(), key, source)) != null) {
                        throw new ScenarioException(place + ": '" + key.getValue() + "' stands here twice");
                    }
                }
                yield new Mapping(place, entries);
            }
            default -> throw new ScenarioException(place + ": anchors and aliases are not read");
        };
    }

    /// The same document as YAML, without its comments.
    static String yaml(Mapping mapping) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setWidth(120)
                .build();
        return new Dump(settings).dumpToString(plain(mapping));
    }

    private static Object plain(Tree tree) {
        return switch (tree) {
            case Scalar scalar -> scalar.text();
            case Sequence sequence ->
                sequence.elements().stream().map(Tree::plain).toList();
            case Mapping mapping -> {
                Map<String, Object> values = new LinkedHashMap<>();
                mapping.entries().forEach((name, value) -> values.put(name, plain(value)));
                yield values;
            }
        };
    }

    /// A mapping with one value at the end of a path: what `--set server.backlog=128` means.
    static Mapping at(String path, String value, String place) {
        int dot = path.indexOf('.');
        return dot < 0
                ? new Mapping(place, Map.of(path, new Scalar(place, value)))
                : new Mapping(place, Map.of(path.substring(0, dot), at(path.substring(dot + 1), value, place)));
    }
}
