package dev.anteroom.cli;

import dev.anteroom.capture.Anonymiser;
import dev.anteroom.capture.CaptureContents;
import dev.anteroom.capture.CaptureException;
import dev.anteroom.capture.EvidenceFile;
import dev.anteroom.capture.Handshakes;
import dev.anteroom.capture.PacketClues;
import dev.anteroom.capture.TextReader;
import dev.anteroom.capture.TextReading;
import dev.anteroom.diagnosis.Explainer;
import dev.anteroom.queue.Clue;
import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import dev.anteroom.report.ExplainJson;
import dev.anteroom.report.ExplainText;
import dev.anteroom.report.Explained;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.jspecify.annotations.Nullable;

/// `anteroom explain`: what captures, logs and tables that somebody has mean.
final class ExplainCommand {
    private static final int MOST_FILES = 1000;
    private static final String NONE = "none";

    private static final Option CONNECTION = CommandWords.valued(
            "connection", "ADDRESS[:PORT]", "draw the connections of this address, [ADDRESS]:PORT for IPv6");
    private static final Option FATE =
            CommandWords.valued("fate", "FATE", "draw one connection of this fate only; 'none' draws none");
    private static final Option ANONYMISE = CommandWords.valued(
            "anonymise", "OUT", "only write the capture to OUT, addresses and payload replaced, times kept");
    private static final Option JSON = CommandWords.flag("json", "one JSON document, complete");
    private static final Option NO_HEADER = new Option("H", "no-header", false, "no headings over the tables");
    private static final Option HELP = new Option("h", "help", false, "this text");
    private static final Options OPTIONS = new Options()
            .addOption(CONNECTION)
            .addOption(FATE)
            .addOption(ANONYMISE)
            .addOption(JSON)
            .addOption(NO_HEADER)
            .addOption(HELP);

    private static final String TEXT = """
            Reads what you have: captures (pcap and pcapng, packed with gzip or zstd too), stack traces and logs of clients and servers, \
            the output of ss, netstat, nstat and sysctl, kernel logs; '-' is standard input. Says what became of each \
            handshake, how it knows, what else it could be, and which measurement would settle it. Several files \
            are taken together. Exit code 0: nothing wrong; 1: findings, or a damaged file; 3: a file could not be \
            read.""";

    private final PrintStream out;
    private final PrintStream err;
    private final AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
    private final List<Explained.Capture> captures = new ArrayList<>();
    private final TextReader reader = new TextReader();
    private final List<TextReading> texts = new ArrayList<>();
    private final List<Handshake> asked = new ArrayList<>();
    private boolean failed;

    ExplainCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    ExitCode run(List<String> words) throws UsageException {
        CommandLine line = CommandWords.parse("explain", OPTIONS, words, MOST_FILES);
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help("explain FILE...", OPTIONS, TEXT));
            return ExitCode.OK;
        }
        List<String> names = line.getArgList();
        if (names.isEmpty()) {
            throw new UsageException(
                    "explain needs a FILE, or - for standard input; 'anteroom explain --help' says" + " which kinds");
        }
        if (line.hasOption(ANONYMISE)) {
            return anonymise(names, line.getOptionValue(ANONYMISE));
        }
        Optional<HandshakeFate> fate = fate(line.getOptionValue(FATE));
        Optional<String> connection = Optional.ofNullable(line.getOptionValue(CONNECTION));
        try (CtrlC ctrlC = CtrlC.stops(() -> stop.get().run())) {
            for (String name : names) {
                if (!ctrlC.pressed()) {
                    read(name, connection);
                }
            }
            ExitCode code =
                    captures.isEmpty() && texts.isEmpty() ? ExitCode.COULD_NOT_LOOK : told(line, fate, connection);
            return ctrlC.pressed() ? ExitCode.INTERRUPTED : failed ? ExitCode.COULD_NOT_LOOK : code;
        }
    }

    /// A file that cannot be read does not hide what the others say.
    private void read(String name, Optional<String> connection) {
        try (EvidenceFile file = EvidenceFile.open(name)) {
            stop.set(file::stop);
            if (!file.isCapture()) {
                text(file);
                return;
            }
            Handshakes handshakes = new Handshakes(Runtime.getRuntime().availableProcessors());
            connection.ifPresent(handshakes::alsoTell);
            CaptureContents contents = file.read(handshakes);
            HandshakeTally tally = handshakes.finish();
            captures.add(new Explained.Capture(contents, tally));
            asked.addAll(handshakes.askedFor());
        } catch (CaptureException unreadable) {
            failed = true;
            err.println("anteroom: " + unreadable.getMessage());
        }
    }

    private void text(EvidenceFile file) {
        try {
            TextReading reading = reader.read(file.name(), file.text());
            if (reading.understood() == 0) {
                String what = reading.refused()
                        .or(() -> reading.unknown().stream()
                                .findFirst()
                                .map(line -> "no line of it is known, from " + line))
                        .orElse("it is empty");
                throw new CaptureException(file.name() + " is no capture and no text that is known: " + what);
            }
            texts.add(reading);
        } catch (IOException unreadable) {
            throw new CaptureException("cannot read " + file.name() + ": " + unreadable.getMessage());
        }
    }

    private ExitCode told(CommandLine line, Optional<HandshakeFate> fate, Optional<String> connection) {
        List<Clue> clues = new ArrayList<>(reader.clues());
        captures.forEach(
                capture -> clues.addAll(PacketClues.of(capture.contents().name(), capture.handshakes())));
        Explained explained = new Explained(captures, texts, reader.clues(), Explainer.explain(clues));
        List<Handshake> shown = connection.isPresent()
                ? asked
                : captures.stream()
                        .flatMap(capture -> capture.handshakes().examples().stream())
                        .filter(example -> !NONE.equals(line.getOptionValue(FATE))
                                && (fate.isEmpty() || fate.get() == example.fate()))
                        .toList();
        if (line.hasOption(JSON)) {
            ExplainJson.write(explained, shown, out);
        } else {
            out.print(ExplainText.of(explained, shown, CommandWords.style(out, !line.hasOption(NO_HEADER), false)));
        }
        connection
                .filter(_ -> asked.isEmpty())
                .ifPresent(
                        address -> err.println("anteroom: no connection of " + address + " begins in what was read"));
        boolean damaged = captures.stream()
                .anyMatch(capture -> capture.contents().damage().isPresent());
        return damaged || !explained.findings().isEmpty() ? ExitCode.FINDINGS : ExitCode.OK;
    }

    private static Optional<HandshakeFate> fate(@Nullable String id) throws UsageException {
        if (id == null || id.equals(NONE)) {
            return Optional.empty();
        }
        Optional<HandshakeFate> known = Arrays.stream(HandshakeFate.values())
                .filter(fate -> fate.id().equals(id))
                .findFirst();
        if (known.isEmpty()) {
            throw new UsageException("--fate takes "
                    + Arrays.stream(HandshakeFate.values())
                            .map(HandshakeFate::id)
                            .collect(Collectors.joining(", "))
                    + " or none, not '" + id + "'");
        }
        return known;
    }

    private ExitCode anonymise(List<String> names, String target) throws UsageException {
        if (names.size() != 1) {
            throw new UsageException("--anonymise takes one capture at a time");
        }
        if (isSameFile(names.getFirst(), target)) {
            throw new UsageException("--anonymise cannot write over the capture that it reads; name another file");
        }
        try (EvidenceFile file = EvidenceFile.open(names.getFirst())) {
            if (!file.isCapture()) {
                throw new CaptureException(names.getFirst() + " is not a capture; only captures can be anonymised");
            }
            Anonymiser anonymiser = Anonymiser.to(Path.of(target));
            CaptureContents contents;
            try (anonymiser) {
                contents = file.anonymise(anonymiser);
            }
            anonymiser.failure().ifPresent(reason -> {
                throw new CaptureException(reason);
            });
            contents.damage().ifPresent(damage -> err.println("anteroom: " + file.name() + " is " + damage));
            out.println("wrote " + anonymiser.packets() + " packets to " + target + "; left out "
                    + (anonymiser.leftOut() + contents.notIp()) + " that are no TCP segments");
            return contents.damage().isPresent() ? ExitCode.FINDINGS : ExitCode.OK;
        }
    }

    private static boolean isSameFile(String one, String other) {
        try {
            return Files.isSameFile(Path.of(one), Path.of(other));
        } catch (IOException notThere) {
            return false;
        }
    }
}
