package dev.anteroom.report;

import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.AcceptPace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// What a document of `doctor`, `lab` or `surge` tells a sizing. What it does not tell is empty.
///
/// @param what it is: `lab surge-1000/backlog-50, measured on linux-6.18.44`
/// @param burst how many connections came
/// @param burstWidth from the first SYN to the last
/// @param acceptRate accepts per second while connections waited, at least
/// @param limit of the listener
/// @param somaxconn of its network namespace
/// @param cookies whether tcp_syncookies is on there
public record SizingDocument(
        String what,
        OptionalLong burst,
        Optional<Duration> burstWidth,
        OptionalDouble acceptRate,
        OptionalLong limit,
        OptionalLong somaxconn,
        Optional<Boolean> cookies) {

    private static final long MOST = Integer.MAX_VALUE;
    private static final int DEPTH_COLUMNS = 3;
    private static final int NAMED = 8;

    /// Reads a document.
    ///
    /// @param text the document, in UTF-8
    /// @param source how errors name it
    /// @param port which listener of a doctor document; empty if it has only one
    /// @param run which run of a lab document, by its variant, its stack, or both as `variant/stack`;
    ///     empty if it has only one
    public static SizingDocument read(byte[] text, String source, OptionalInt port, Optional<String> run)
            throws DocumentException {
        JsonFields document = JsonFields.parse(text, source);
        String schema = document.text("schema");
        return switch (schema) {
            case DoctorJson.SCHEMA -> doctor(document, source, port);
            case LabJson.SCHEMA -> lab(document, source, run);
            case SurgeJson.SCHEMA -> surge(document);
            default ->
                throw document.wrong("schema", DoctorJson.SCHEMA + ", " + LabJson.SCHEMA + " or " + SurgeJson.SCHEMA);
        };
    }

    private static SizingDocument doctor(JsonFields document, String source, OptionalInt port)
            throws DocumentException {
        List<JsonFields> listeners = new ArrayList<>();
        List<JsonFields> chosen = new ArrayList<>();
        for (JsonFields listener : document.objects("listeners")) {
            if (listener.text("family").equals("unix")) {
                continue; // it refuses nothing in silence
            }
            listeners.add(listener);
            if (port.isEmpty() || listener.number("port", MOST).equals(OptionalLong.of(port.getAsInt()))) {
                chosen.add(listener);
            }
        }
        if (chosen.isEmpty() || (port.isEmpty() && chosen.size() > 1)) {
            throw new DocumentException(source + ": " + chosen.size() + " listeners"
                    + (port.isEmpty() ? "" : " on port " + port.getAsInt())
                    + ", and one is sized at a time; "
                    + (listeners.isEmpty()
                            ? "look again with 'doctor --json'"
                            : "choose by --port: " + names(listeners)));
        }
        JsonFields listener = smallest(chosen);
        OptionalLong somaxconn = OptionalLong.empty();
        Optional<Boolean> cookies = Optional.empty();
        for (JsonFields namespace : document.objects("namespaces")) {
            if (namespace.number("inode", Long.MAX_VALUE).equals(listener.number("netns", Long.MAX_VALUE))) {
                JsonFields settings = namespace.object("settings");
                somaxconn = settings.number(Setting.SOMAXCONN.shortName(), MOST);
                OptionalLong value = settings.number(Setting.TCP_SYNCOOKIES.shortName(), MOST);
                cookies = value.isEmpty() ? Optional.empty() : Optional.of(value.getAsLong() != 0);
            }
        }
        return new SizingDocument(
                "doctor, " + name(listener) + (chosen.size() > 1 ? ", the smallest limit of its port" : ""),
                OptionalLong.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                listener.number("limit", MOST),
                somaxconn,
                cookies);
    }

    /// Of several on one port (IPv4 and IPv6, several addresses or namespaces) the one that overflows first.
    private static JsonFields smallest(List<JsonFields> listeners) throws DocumentException {
        JsonFields smallest = listeners.getFirst();
        for (JsonFields listener : listeners) {
            if (listener.number("limit", MOST).orElse(MOST)
                    < smallest.number("limit", MOST).orElse(MOST)) {
                smallest = listener;
            }
        }
        return smallest;
    }

    private static String names(List<JsonFields> listeners) throws DocumentException {
        StringBuilder names = new StringBuilder();
        for (JsonFields listener : listeners.subList(0, Math.min(NAMED, listeners.size()))) {
            names.append(names.isEmpty() ? "" : ", ").append(name(listener));
        }
        return names + (listeners.size() > NAMED ? ", ..." : "");
    }

    private static String name(JsonFields listener) throws DocumentException {
        String address = Style.printable(listener.text("address"));
        long port = listener.number("port", MOST).orElseThrow(() -> listener.wrong("port", "a port"));
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }

    private static SizingDocument lab(JsonFields document, String source, Optional<String> run)
            throws DocumentException {
        List<JsonFields> runs = document.has("runs") ? document.objects("runs") : List.of(document);
        List<JsonFields> chosen = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (JsonFields one : runs) {
            String variant = one.has("variant") ? one.text("variant") : "";
            String stack = one.text("stack");
            String both = variant.isEmpty() ? stack : variant + "/" + stack;
            names.add(Style.printable(both));
            if (run.isEmpty() || List.of(variant, stack, both).contains(run.get())) {
                chosen.add(one);
            }
        }
        if (chosen.size() != 1) {
            throw new DocumentException(source + ": " + chosen.size() + " runs"
                    + run.map(name -> " '" + name + "'").orElse("")
                    + ", and one is sized at a time; choose by --run: "
                    + names.stream().limit(NAMED).collect(Collectors.joining(", "))
                    + (names.size() > NAMED ? ", ..." : ""));
        }
        return run(chosen.getFirst());
    }

    private static SizingDocument run(JsonFields run) throws DocumentException {
        if (!run.text("stack").startsWith("linux-")) {
            throw run.wrong("stack", "a Linux, whose rules a sizing follows");
        }
        boolean measured = run.has("measured");
        JsonFields seen = run.object(measured ? "measured" : "predicted");
        if (seen.objects("listeners").size() > 1) {
            throw seen.wrong("listeners", "one listener: each of several has a queue of its own");
        }
        JsonFields listener = seen.object("listener");
        OptionalLong capacity = listener.number("capacity", MOST + 1);
        AcceptPace pace = new AcceptPace(capacity.orElse(MOST));
        for (double[] depth : seen.rows("depths", DEPTH_COLUMNS)) {
            pace.look(depth[0], Math.round(depth[1]));
        }
        SizingDocument surge = surge(seen.object("surge"));
        String scenario = run.text("scenario") + (run.has("variant") ? "/" + run.text("variant") : "");
        return new SizingDocument(
                "lab " + Style.printable(scenario) + ", " + (measured ? "measured on " : "simulated by ")
                        + Style.printable(run.text("stack")),
                surge.burst,
                surge.burstWidth,
                pace.perSecond(),
                listener.number("limit", MOST),
                OptionalLong.empty(),
                Optional.empty());
    }

    private static SizingDocument surge(JsonFields surge) throws DocumentException {
        OptionalLong connections = surge.number("connections", MOST);
        Optional<Duration> width = surge.seconds("burstWidthSeconds");
        return new SizingDocument(
                "surge at " + Style.printable(surge.text("target"))
                        + (surge.isNotFalse("complete") ? "" : ", stopped early"),
                connections,
                width,
                width.isEmpty() ? OptionalDouble.empty() : answersPerSecond(surge, width.get()),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty());
    }

    /// How fast answers came, which a server cannot do without accepting as fast. Only where every connection was
    /// served and no SYN was sent again: else the server had to wait for its clients.
    private static OptionalDouble answersPerSecond(JsonFields surge, Duration width) throws DocumentException {
        long connections = surge.number("connections", MOST).orElse(0);
        long served = surge.object("outcomes").number("served", MOST).orElse(0);
        long atFirst = surge.object("synRetransmissions").number("0", MOST).orElse(0);
        JsonFields firstByte = surge.object("firstByteSeconds");
        Optional<Duration> first = firstByte.seconds("min");
        Optional<Duration> last = firstByte.seconds("max");
        if (served < 2 || served != connections || atFirst != connections || first.isEmpty() || last.isEmpty()) {
            return OptionalDouble.empty();
        }
        Duration took = width.plus(last.get()).minus(first.get());
        return took.isPositive() ? OptionalDouble.of((served - 1) * 1e9 / took.toNanos()) : OptionalDouble.empty();
    }
}
