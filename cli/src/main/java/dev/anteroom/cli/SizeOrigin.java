package dev.anteroom.cli;

import dev.anteroom.queue.Durations;
import dev.anteroom.report.SizingDocument;
import dev.anteroom.report.SizingSource;
import dev.anteroom.simulator.SizingPresent;
import dev.anteroom.simulator.SizingRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.commons.cli.CommandLine;

/// Which values of a sizing came from its file, and which from nowhere.
final class SizeOrigin {
    private final CommandLine line;
    private final SizeFile file;
    private final SizingRequest request;

    SizeOrigin(CommandLine line, SizeFile file, SizingRequest request) {
        this.line = line;
        this.file = file;
        this.request = request;
    }

    SizingSource source() {
        return new SizingSource(file.name(), file.what(), taken(), missing());
    }

    /// What of the request the file told, by the names of the options.
    private Map<String, String> taken() {
        Map<String, String> taken = new LinkedHashMap<>();
        file.document().ifPresent(known -> {
            if (known.burst().isPresent() && request.load().burst() > 0 && !line.hasOption(SizeWords.BURST)) {
                taken.put("burst", Long.toString(known.burst().getAsLong()));
            }
            if (request.load().burst() > 0 && !line.hasOption(SizeWords.BURST_WIDTH)) {
                known.burstWidth().ifPresent(width -> taken.put("burst width", Durations.text(width)));
            }
            if (known.acceptRate().isPresent()
                    && !line.hasOption(SizeWords.ACCEPT_RATE)
                    && !line.hasOption(SizeWords.SERVICE_TIME)) {
                taken.put(
                        "accept rate",
                        String.format(
                                Locale.ROOT,
                                "%.4g/s or more",
                                known.acceptRate().getAsDouble()));
            }
            if (known.limit().isPresent() && !line.hasOption(SizeWords.BACKLOG)) {
                taken.put("limit of today", Long.toString(known.limit().getAsLong()));
            }
            if (known.somaxconn().isPresent() && !line.hasOption(SizeWords.SOMAXCONN)) {
                taken.put("somaxconn", Long.toString(known.somaxconn().getAsLong()));
            }
            if (!line.hasOption(SizeWords.SYNCOOKIES)) {
                known.cookies().ifPresent(on -> taken.put("SYN cookies", on ? "on" : "off"));
            }
        });
        file.trace().ifPresent(known -> taken.put("arrivals", Integer.toString(known.connections())));
        return taken;
    }

    /// What is assumed, for neither the file nor an option tells it.
    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (request.present().isPresent()) {
            if (!line.hasOption(SizeWords.SOMAXCONN)
                    && file.document()
                            .map(SizingDocument::somaxconn)
                            .orElse(OptionalLong.empty())
                            .isEmpty()) {
                missing.add("--somaxconn (taken as " + SizingPresent.USUAL_SOMAXCONN + ")");
            }
            if (!line.hasOption(SizeWords.SERVER_FIRST)) {
                missing.add("--server-first (taken as: the client speaks first)");
            }
        } else {
            missing.add("--backlog of today (so nothing is told of it)");
        }
        if (!line.hasOption(SizeWords.PAUSE) && request.load().peaks().isEmpty()) {
            missing.add("--pause (taken as none)");
        }
        if (!line.hasOption(SizeWords.PATIENCE)) {
            missing.add("--patience (taken as: clients wait for ever)");
        }
        return missing;
    }
}
