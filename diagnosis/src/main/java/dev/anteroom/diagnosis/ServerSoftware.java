package dev.anteroom.diagnosis;

import dev.anteroom.queue.HostProcess;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// One kind of server software: how to recognise it, what it passes to listen(2), and how to make it pass more.
///
/// @param name as people call it
/// @param processes names of its processes, without a version number behind them
/// @param program matches the main class, jar or script that the process runs; empty if the process name is enough
/// @param jar matches the name of a jar that such a JVM has loaded
/// @param asks what it passes when nobody set it, in words
/// @param knob its own setting
/// @param file where that setting usually stands
/// @param change the smallest change in that file's own syntax, with `N` for the backlog and `PORT` for the port;
///     empty if there is none
/// @param activation what makes it call listen(2) again
/// @param trap what goes wrong with it
/// @param source where the row comes from
/// @param measured whether its default was read from the kernel of a running one (docs/servers.md tells how)
public record ServerSoftware(
        String name,
        List<String> processes,
        Optional<Pattern> program,
        Optional<Pattern> jar,
        String asks,
        String knob,
        String file,
        String change,
        Activation activation,
        String trap,
        String source,
        boolean measured) {

    /// What makes a changed setting count.
    public enum Activation {
        RESTART("restart it"),
        RELOAD("reload it"),
        REBUILD("change the program and start it again"),
        FIXED("it has no such setting");

        private final String text;

        Activation(String text) {
            this.text = text;
        }

        /// As an instruction.
        public String text() {
            return text;
        }
    }

    public ServerSoftware {
        processes = List.copyOf(processes);
    }

    static ServerSoftware row(String name, String asks, String knob, String file, String change, Activation act) {
        return new ServerSoftware(
                name, List.of(), Optional.empty(), Optional.empty(), asks, knob, file, change, act, "", "", false);
    }

    ServerSoftware process(String... names) {
        return with(List.of(names), program, jar, trap, source, measured);
    }

    ServerSoftware program(String regex) {
        return with(processes, Optional.of(Pattern.compile(regex)), jar, trap, source, measured);
    }

    ServerSoftware jar(String regex) {
        return with(List.of("java"), program, Optional.of(Pattern.compile(regex)), trap, source, measured);
    }

    ServerSoftware trap(String text) {
        return with(processes, program, jar, text, source, measured);
    }

    ServerSoftware read(String where) {
        return with(processes, program, jar, trap, where, false);
    }

    ServerSoftware measured(String where) {
        return with(processes, program, jar, trap, where, true);
    }

    private ServerSoftware with(
            List<String> otherProcesses,
            Optional<Pattern> otherProgram,
            Optional<Pattern> otherJar,
            String otherTrap,
            String otherSource,
            boolean otherMeasured) {
        return new ServerSoftware(
                name,
                otherProcesses,
                otherProgram,
                otherJar,
                asks,
                knob,
                file,
                change,
                activation,
                otherTrap,
                otherSource,
                otherMeasured);
    }

    /// What it passes when nobody set it; empty where that depends on something else.
    public OptionalLong defaultBacklog() {
        return asks.chars().allMatch(Character::isDigit) ? OptionalLong.of(Long.parseLong(asks)) : OptionalLong.empty();
    }

    /// The change with a number in it; `N/2` stands for half of it, rounded up.
    ///
    /// @param port of the listener, or the path of a Unix-domain one
    public String changeTo(long backlog, String port) {
        return change.replace("PORT", port)
                .replace("N/2", Long.toString((backlog + 1) / 2))
                .replaceAll("\\bN\\b", Long.toString(backlog));
    }

    /// Change, default and trap in one line.
    public String advice() {
        String then = activation == Activation.REBUILD ? "" : ", then " + activation.text;
        return name + ": "
                + (change.isEmpty() ? activation.text : "'" + change.replace("\n", " ") + "' in " + file + then)
                + " (default " + asks + ")" + (trap.isEmpty() ? "" : "; " + trap);
    }

    /// Every kind that is known.
    public static List<ServerSoftware> catalogue() {
        List<ServerSoftware> all = new ArrayList<>(NativeServers.rows());
        all.addAll(JvmServers.rows());
        return List.copyOf(all);
    }

    /// The kind that a process is of; empty for one that is not known.
    ///
    /// @param jars names of the jars that a JVM has loaded, if that is known
    public static Optional<ServerSoftware> recognise(HostProcess process, Collection<String> jars) {
        String bare = withoutVersion(process.name());
        List<ServerSoftware> candidates = catalogue().stream()
                .filter(row -> row.processes.contains(process.name()) || row.processes.contains(bare))
                .toList();
        return candidates.stream()
                .filter(row -> row.program.isPresent()
                        && row.program.get().matcher(process.program()).find())
                .findFirst()
                .or(() -> candidates.stream()
                        .filter(row -> row.jar.isPresent()
                                && jars.stream()
                                        .anyMatch(jar ->
                                                row.jar.get().matcher(jar).find()))
                        .findFirst())
                .or(() -> candidates.stream()
                        .filter(row -> row.program.isEmpty() && row.jar.isEmpty())
                        .findFirst());
    }

    /// The same, where the limit tells more: a Python script of 5 got it from socketserver, one of 100 from asyncio.
    public static Optional<ServerSoftware> recognise(HostProcess process, Collection<String> jars, OptionalLong limit) {
        Optional<ServerSoftware> row = recognise(process, jars);
        return row.filter(known -> known.name.equals("Python") && limit.isPresent())
                .flatMap(_ -> catalogue().stream()
                        .filter(other -> other.name.startsWith("Python ")
                                && other.defaultBacklog().equals(limit))
                        .findFirst())
                .or(() -> row);
    }

    /// `python3.11`, `php-fpm8.2` and the like without what stands behind the name.
    private static String withoutVersion(String name) {
        int end = name.length();
        while (end > 0 && (name.charAt(end - 1) == '.' || Character.isDigit(name.charAt(end - 1)))) {
            end--;
        }
        return name.substring(0, end);
    }
}
