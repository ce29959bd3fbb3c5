package dev.anteroom.remedy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The listen statements of an nginx configuration. Of several for one address and port a single one carries the
/// backlog for all.
final class NginxStatements {
    private static final int DEFAULT = 511;
    private static final Pattern BACKLOG = Pattern.compile("\\bbacklog=(\\S*)");

    private final String file;
    private final long somaxconn;
    private final List<Statement> listens = new ArrayList<>();
    private final List<ConfigFinding> findings = new ArrayList<>();

    private record Statement(int line, String text) {
        String address() {
            String[] words = text.split("\\s+", -1);
            String address = words.length > 1 ? words[1] : "";
            return address.matches("\\d+") ? "*:" + address : address;
        }

        Optional<String> backlog() {
            Matcher matcher = BACKLOG.matcher(text);
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        }
    }

    NginxStatements(String file, String text, long somaxconn) {
        this.file = file;
        this.somaxconn = somaxconn;
        split(text);
    }

    /// Cuts a text into statements. A `#` starts a comment and quotes keep what is in them together.
    private void split(String text) {
        StringBuilder statement = new StringBuilder();
        int line = 1;
        int start = 1;
        char quote = 0;
        boolean comment = false;
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line++;
                comment = false;
            }
            if (comment) {
                continue;
            }
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
                statement.append(c);
            } else if (c == '#') {
                comment = true;
            } else if (c == ';' || c == '{' || c == '}') {
                add(start, statement);
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            } else {
                quote = c == '"' || c == '\'' ? c : 0;
                if (statement.isEmpty()) {
                    start = line;
                }
                if (!statement.isEmpty() || !Character.isWhitespace(c)) {
                    statement.append(c);
                }
            }
        }
        if (depth != 0 || quote != 0) {
            findings.add(ConfigFinding.unreadable(
                    file, line, quote != 0 ? "a quotation mark is not closed" : "braces do not match"));
        }
    }

    private void add(int line, StringBuilder statement) {
        String text = statement.toString().strip();
        statement.setLength(0);
        if (text.matches("(?s)listen\\s.*")) {
            listens.add(new Statement(line, text.replaceAll("\\s+", " ")));
        }
    }

    List<ConfigFinding> check() {
        Map<String, List<Statement>> byAddress = new LinkedHashMap<>();
        listens.forEach(one ->
                byAddress.computeIfAbsent(one.address(), _ -> new ArrayList<>()).add(one));
        byAddress.values().forEach(this::sameSocket);
        return findings;
    }

    private void sameSocket(List<Statement> sharers) {
        List<Statement> written =
                sharers.stream().filter(one -> one.backlog().isPresent()).toList();
        if (written.isEmpty()) {
            Statement first = sharers.getFirst();
            findings.add(ConfigFinding.defaulted(
                    file,
                    first.line,
                    "listen " + first.address(),
                    DEFAULT,
                    somaxconn,
                    first.text + " backlog=" + somaxconn + ";"));
            return;
        }
        Statement counts = written.getFirst();
        String word = counts.backlog().orElseThrow();
        try {
            findings.add(ConfigFinding.written(
                    file, counts.line, "listen " + counts.address(), Integer.parseInt(word), somaxconn));
        } catch (NumberFormatException notANumber) {
            findings.add(ConfigFinding.unreadable(file, counts.line, "backlog='" + word + "' is no number"));
        }
        for (Statement other : written.subList(1, written.size())) {
            findings.add(ConfigFinding.noEffect(
                    file,
                    other.line,
                    "listen " + other.address(),
                    "a second backlog for the same address and port; line " + counts.line
                            + " has it already, and nginx refuses to start with 'duplicate listen options'"));
        }
    }
}
