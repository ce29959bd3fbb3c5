package dev.anteroom.remedy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The bind lines of an HAProxy configuration: their own backlog, else that of their section or of the
/// defaults, else
/// maxconn in the same order, else that of the process.
final class HaproxyLines {
    private static final Pattern SECTION =
            Pattern.compile("(global|defaults|frontend|listen|backend|peers|userlist|resolvers|cache|program)\\b.*");
    private static final Pattern WORD = Pattern.compile("(?:^|\\s)(backlog|maxconn)\\s+(\\d+)");

    private final String file;
    private final List<String> lines;
    private final long somaxconn;
    private final List<ConfigFinding> findings = new ArrayList<>();
    private Values defaults = Values.NONE;

    private record Values(OptionalLong backlog, OptionalLong maxconn) {
        static final Values NONE = new Values(OptionalLong.empty(), OptionalLong.empty());

        static Values of(String line) {
            Values values = NONE;
            Matcher matcher = WORD.matcher(line);
            while (matcher.find()) {
                OptionalLong number = OptionalLong.of(Long.parseLong(matcher.group(2)));
                values = matcher.group(1).equals("backlog")
                        ? new Values(number, values.maxconn)
                        : new Values(values.backlog, number);
            }
            return values;
        }

        Values or(Values others) {
            return new Values(
                    backlog.isPresent() ? backlog : others.backlog, maxconn.isPresent() ? maxconn : others.maxconn);
        }
    }

    HaproxyLines(String file, String text, long somaxconn) {
        this.file = file;
        this.lines = text.lines()
                .map(line -> line.replaceFirst("(?<!\\\\)#.*", "").strip())
                .toList();
        this.somaxconn = somaxconn;
    }

    List<ConfigFinding> check() {
        int start = 0;
        for (int i = 1; i <= lines.size(); i++) {
            if (i == lines.size() || SECTION.matcher(lines.get(i)).matches()) {
                section(start, i);
                start = i;
            }
        }
        return findings;
    }

    private void section(int from, int to) {
        if (lines.isEmpty()) {
            return;
        }
        String title = lines.get(from);
        Values own = Values.NONE;
        for (String line : lines.subList(from, to)) {
            if (line.startsWith("backlog ") || line.startsWith("maxconn ")) {
                own = Values.of(line).or(own);
            }
        }
        if (title.startsWith("defaults")) {
            defaults = own;
        } else if (title.startsWith("frontend") || title.startsWith("listen")) {
            Values values = own.or(defaults);
            for (int i = from; i < to; i++) {
                if (lines.get(i).startsWith("bind ")) {
                    bind(i + 1, lines.get(i), values);
                }
            }
        }
    }

    private void bind(int line, String text, Values section) {
        Values values = Values.of(text).or(section);
        String subject = text.split("\\s+", -1).length > 1 ? "bind " + text.split("\\s+", -1)[1] : text;
        if (values.backlog.isPresent()) {
            findings.add(ConfigFinding.written(file, line, subject, values.backlog.getAsLong(), somaxconn));
        } else if (values.maxconn.isPresent()) {
            findings.add(ConfigFinding.defaulted(
                    file,
                    line,
                    subject + " (by maxconn)",
                    values.maxconn.getAsLong(),
                    somaxconn,
                    text + " backlog " + somaxconn));
        } else {
            findings.add(ConfigFinding.unlimited(file, line, subject + " (by the process's maxconn)", somaxconn));
        }
    }
}
