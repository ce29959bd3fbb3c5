package dev.anteroom.lab;

import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.SplitMix64;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// A small scenario drawn by lot: what is in it and, to find the smallest that still shows something, what is left
/// when a part is taken away. Times are in milliseconds.
///
/// @param host settings of the server's host by their last word
/// @param client settings of the client's host
/// @param delay each way
/// @param kind of sample server
/// @param backlog of listen(2)
/// @param acceptEvery least time from one accept(2) to the next
/// @param groups how many connect at once
/// @param every from one group to the next
/// @param talk who speaks first
/// @param patience of each client
/// @param look when it is looked at
record ConformanceCase(
        Map<String, Integer> host,
        Map<String, Integer> client,
        int delay,
        String kind,
        int backlog,
        int acceptEvery,
        List<Integer> groups,
        int every,
        String talk,
        int patience,
        int look) {

    private static final List<String> KINDS = List.of(
            "stalled", "stalled", "stalled", "stalled", "slow", "slow", "slow", "virtual", "speak-first", "reset");
    private static final List<String> TALKS = List.of("http", "http", "server-first", "server-first", "connect-only");

    /// What a server that greets and closes makes of a request that it never reads is no matter of listen queues.
    private static final List<String> TALKS_TO_GREETER = List.of("server-first", "server-first", "connect-only");

    private static final int LATEST_LOOK_AFTER_END = 400;

    ConformanceCase {
        host = Collections.unmodifiableMap(new LinkedHashMap<>(host));
        client = Collections.unmodifiableMap(new LinkedHashMap<>(client));
        groups = List.copyOf(groups);
    }

    /// Draws one: 1 to 40 clients in 1 to 4 groups, a round trip of 120 to 180 ms.
    static ConformanceCase draw(SplitMix64 random) {
        Map<String, Integer> host = new LinkedHashMap<>();
        host.put("tcp_syncookies", of(random, List.of(0, 0, 1, 1, 2)));
        host.put("tcp_abort_on_overflow", of(random, List.of(0, 0, 1)));
        sometimes(random, 4, value -> host.put("somaxconn", value), List.of(1, 2, 3, 5, 8));
        sometimes(random, 4, value -> host.put("tcp_max_syn_backlog", value), List.of(1, 2, 3, 5, 8, 16));
        sometimes(random, 3, value -> host.put("tcp_synack_retries", value), List.of(1, 2, 3));
        Map<String, Integer> client = new LinkedHashMap<>();
        sometimes(random, 5, value -> client.put("tcp_syn_retries", value), List.of(1, 2, 3));
        sometimes(random, 5, value -> client.put("tcp_syn_linear_timeouts", value), List.of(0, 1, 2));
        String kind = of(random, KINDS);
        List<Integer> groups = new ArrayList<>();
        for (int left = between(random, 1, 4); left > 0; left--) {
            groups.add(between(random, 1, 10));
        }
        int every = between(random, 4, 19) * 50 + 25;
        int patience = between(random, 10, random.below(5) == 0 ? 70 : 35) * 100 + 50;
        int lasts = every * (groups.size() - 1) + patience;
        return new ConformanceCase(
                host,
                client,
                between(random, 6, 9) * 10,
                kind,
                between(random, 1, 12),
                kind.equals("slow") ? between(random, 5, 15) * 50 : 0,
                groups,
                every,
                of(random, kind.equals("speak-first") ? TALKS_TO_GREETER : TALKS),
                patience,
                between(random, 200, lasts + LATEST_LOOK_AFTER_END));
    }

    private static int between(SplitMix64 random, int least, int most) {
        return least + random.below(most - least + 1);
    }

    private static <T> T of(SplitMix64 random, List<T> values) {
        return values.get(random.below(values.size()));
    }

    /// Once in so many draws.
    private static void sometimes(SplitMix64 random, int oneIn, Consumer<Integer> use, List<Integer> values) {
        if (random.below(oneIn) == 0) {
            use.accept(of(random, values));
        }
    }

    /// The same on a kernel that has only these settings.
    ConformanceCase among(Set<Setting> known) {
        Set<String> names = known.stream().map(Setting::shortName).collect(Collectors.toSet());
        Map<String, Integer> left = new LinkedHashMap<>(host);
        left.keySet().retainAll(names);
        Map<String, Integer> leftToClient = new LinkedHashMap<>(client);
        leftToClient.keySet().retainAll(names);
        return new ConformanceCase(
                left, leftToClient, delay, kind, backlog, acceptEvery, groups, every, talk, patience, look);
    }

    /// Cases with a part of this one taken away, the largest part first.
    List<ConformanceCase> smaller() {
        List<ConformanceCase> all = new ArrayList<>();
        for (int i = 0; i < groups.size() && groups.size() > 1; i++) {
            List<Integer> fewer = new ArrayList<>(groups);
            fewer.subList(i, i + 1).clear();
            all.add(withGroups(fewer));
        }
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i) > 1) {
                all.add(withGroup(i, groups.get(i) / 2));
            }
        }
        for (String setting : host.keySet()) {
            all.add(new ConformanceCase(
                    without(host, setting),
                    client,
                    delay,
                    kind,
                    backlog,
                    acceptEvery,
                    groups,
                    every,
                    talk,
                    patience,
                    look));
        }
        for (String setting : client.keySet()) {
            all.add(new ConformanceCase(
                    host,
                    without(client, setting),
                    delay,
                    kind,
                    backlog,
                    acceptEvery,
                    groups,
                    every,
                    talk,
                    patience,
                    look));
        }
        if (backlog > 1) {
            all.add(new ConformanceCase(
                    host, client, delay, kind, backlog / 2, acceptEvery, groups, every, talk, patience, look));
        }
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i) > 2) {
                all.add(withGroup(i, groups.get(i) - 1));
            }
        }
        return all;
    }

    private ConformanceCase withGroup(int index, int connections) {
        List<Integer> other = new ArrayList<>(groups);
        other.set(index, connections);
        return withGroups(other);
    }

    private ConformanceCase withGroups(List<Integer> other) {
        return new ConformanceCase(host, client, delay, kind, backlog, acceptEvery, other, every, talk, patience, look);
    }

    private static Map<String, Integer> without(Map<String, Integer> settings, String setting) {
        Map<String, Integer> fewer = new LinkedHashMap<>(settings);
        fewer.remove(setting);
        return fewer;
    }

    /// The scenario, as a file of the lab has it.
    String yaml(String name) {
        StringBuilder yaml = new StringBuilder("name: " + name + "\n");
        settings(yaml, "host", host);
        settings(yaml, "client", client);
        yaml.append("link: { delay: ").append(delay).append("ms }\n");
        yaml.append("server: { kind: ").append(kind).append(", backlog: ").append(backlog);
        if (acceptEvery > 0) {
            yaml.append(", accept-every: ").append(acceptEvery).append("ms");
        }
        yaml.append(" }\n");
        yaml.append("surge: { groups: ").append(groups);
        yaml.append(", every: ").append(every).append("ms, talk: ").append(talk);
        yaml.append(", patience: ").append(patience).append("ms }\n");
        return yaml.append("look: ").append(look).append("ms\n").toString();
    }

    /// The same, with what the simulator says of each count of which the kernel says something else: `lab run` then
    /// shows both.
    String yaml(String name, List<Disagreement> disagreements) {
        String expected = disagreements.stream()
                .filter(differs -> !Quantity.isTime(differs.quantity()))
                .filter(differs -> differs.predicted().isPresent())
                .map(differs -> differs.quantity() + ": " + differs.predicted().getAsLong())
                .collect(Collectors.joining(", "));
        return expected.isEmpty() ? yaml(name) : yaml(name) + "expect: { " + expected + " }\n";
    }

    private static void settings(StringBuilder yaml, String whose, Map<String, Integer> settings) {
        if (!settings.isEmpty()) {
            yaml.append(settings.entrySet().stream()
                    .map(setting -> setting.getKey() + ": " + setting.getValue())
                    .collect(Collectors.joining(", ", whose + ": { ", " }\n")));
        }
    }

    /// The scenario.
    Scenario scenario(String name) {
        try {
            return ScenarioReader.read(name, Tree.parse(yaml(name), name)).getFirst();
        } catch (ScenarioException impossible) {
            throw new IllegalStateException("a drawn case is no scenario: " + yaml(name), impossible);
        }
    }
}
