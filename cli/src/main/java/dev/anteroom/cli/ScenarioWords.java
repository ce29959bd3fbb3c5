package dev.anteroom.cli;

import dev.anteroom.lab.Library;
import dev.anteroom.lab.Scenario;
import dev.anteroom.lab.ScenarioException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// Which scenario is meant, and what is to be different in it: the words that `lab` and `simulate` share.
final class ScenarioWords {
    private static final String DEFAULT_SCENARIO = "surge-1000";

    /// By default a Linux client gives up 131 s after its first SYN, and its timers may be some seconds late.
    private static final String LONGER_THAN_THE_KERNEL = "140s";

    private static final Option VARIANT = CommandWords.valued("variant", "NAME", "only this variant of the scenario");
    private static final Option SET = Option.builder()
            .longOpt("set")
            .hasArg()
            .argName("PATH=VALUE")
            .desc("another value for one of the scenario's, as in server.backlog=128; may be given several times")
            .get();
    private static final Option PACE = CommandWords.valued(
            "pace", "TIME", "one connection every so often, as in 1s, instead of the scenario's way");
    private static final Option UNTIL_TIMEOUT = CommandWords.flag(
            "until-timeout", "clients wait until their kernel gives up (131 s by default since Linux 6.5)");

    private ScenarioWords() {}

    static Options addTo(Options options) {
        return options.addOption(VARIANT).addOption(SET).addOption(PACE).addOption(UNTIL_TIMEOUT);
    }

    /// The scenarios that the words name: `[NAME]`, `run FILE`, `all`; all their variants, or the one asked for.
    static List<Scenario> chosen(CommandLine line) throws UsageException {
        List<String> words = line.getArgList();
        Map<String, String> overrides = overrides(line);
        List<Scenario> all = new ArrayList<>();
        try {
            String first = words.isEmpty() ? DEFAULT_SCENARIO : words.getFirst();
            if (first.equals("run")) {
                all.addAll(Library.scenarios(Path.of(only(words, "FILE")), overrides));
            } else if (words.size() > 1) {
                throw new UsageException("one scenario at a time, not also '" + words.get(1) + "'");
            } else {
                for (String name : first.equals("all") ? Library.names() : List.of(first)) {
                    all.addAll(Library.scenarios(name, overrides));
                }
            }
        } catch (ScenarioException wrong) {
            throw new UsageException(String.valueOf(wrong.getMessage()));
        }
        String variant = line.getOptionValue(VARIANT);
        if (variant == null) {
            return all;
        }
        List<Scenario> one = all.stream()
                .filter(scenario -> scenario.variant().equals(variant))
                .toList();
        if (one.isEmpty()) {
            throw new UsageException("no variant '" + variant + "'; there are "
                    + String.join(", ", all.stream().map(Scenario::variant).toList()));
        }
        return one;
    }

    /// The one word after a first.
    static String only(List<String> words, String name) throws UsageException {
        if (words.size() != 2) {
            throw new UsageException("'" + words.getFirst() + "' takes one " + name + "; --help shows how");
        }
        return words.getLast();
    }

    private static Map<String, String> overrides(CommandLine line) throws UsageException {
        Map<String, String> overrides = new LinkedHashMap<>();
        if (line.hasOption(PACE)) {
            overrides.put("surge.pace", line.getOptionValue(PACE));
        }
        if (line.hasOption(UNTIL_TIMEOUT)) {
            overrides.put("surge.patience", LONGER_THAN_THE_KERNEL);
        }
        String[] values = line.getOptionValues(SET);
        for (String value : values == null ? new String[0] : values) {
            int equals = value.indexOf('=');
            if (equals < 1) {
                throw new UsageException(
                        "--set takes a path and a value such as server.backlog=128, not '" + value + "'");
            }
            overrides.put(
                    value.substring(0, equals).strip(),
                    value.substring(equals + 1).strip());
        }
        return overrides;
    }
}
