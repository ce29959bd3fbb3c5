package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Clue;
import dev.anteroom.queue.Sign;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// From signs of any origin to the causes that may have left them, the most certain first; of equal certainty,
/// a root before what follows from it, and of the faces of a full queue the one that more connections met.
///
/// Each port is a case of its own: what was seen at one does not explain another. Clues without a port, such as
/// the counters of a host, belong to every case. A cause is proved only where the signs exclude every
/// look-alike.
public final class Explainer {
    /// The id of the answer that there is none.
    public static final String CANNOT_BE_TOLD = "cannot-be-told";

    private static final int SHOWN_CANDIDATES = 6;

    private Explainer() {}

    /// What the clues mean. Empty if they show no trouble.
    public static List<Explanation> explain(List<Clue> clues) {
        Set<Integer> ports = ports(clues);
        List<Explanation> all = new ArrayList<>();
        if (ports.isEmpty()) {
            all.addAll(one(clues.stream().filter(clue -> clue.port().isEmpty()).toList(), OptionalInt.empty(), true));
        }
        for (int port : ports) {
            List<Clue> own = clues.stream()
                    .filter(clue -> clue.port().isEmpty() || clue.port().getAsInt() == port)
                    .toList();
            all.addAll(one(listening(clues, own, port), OptionalInt.of(port), ports.size() == 1));
        }
        return new LinkedHashSet<>(all)
                .stream()
                        .sorted((a, b) -> a.confidence().compareTo(b.confidence()))
                        .toList();
    }

    /// The ports that show trouble; if none does, the only one there is.
    private static Set<Integer> ports(List<Clue> clues) {
        Set<Integer> troubled = ports(clues, false);
        Set<Integer> all = ports(clues, true);
        return troubled.isEmpty() && all.size() == 1 ? all : troubled;
    }

    private static Set<Integer> ports(List<Clue> clues, boolean circumstances) {
        return clues.stream()
                .filter(clue -> circumstances || isTrouble(clue))
                .flatMapToInt(clue -> clue.port().stream())
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isTrouble(Clue clue) {
        return !SignGroups.CIRCUMSTANCES.contains(clue.sign());
    }

    /// Adds that nobody listens on the port, where a table of listeners shows none. A client's own table does not
    /// tell.
    private static List<Clue> listening(List<Clue> clues, List<Clue> own, int port) {
        Set<String> clients = own.stream()
                .filter(clue -> clue.sign() == Sign.TABLE_OF_A_CLIENT)
                .map(Clue::source)
                .collect(Collectors.toSet());
        Optional<Clue> table = clues.stream()
                .filter(clue -> clue.sign() == Sign.TABLE_OF_LISTENERS && !clients.contains(clue.source()))
                .findFirst();
        boolean listens = own.stream().anyMatch(clue -> clue.sign() == Sign.LISTENS);
        if (table.isEmpty() || listens) {
            return own;
        }
        List<Clue> more = new ArrayList<>(own);
        more.add(new Clue(
                Sign.NOBODY_LISTENS,
                table.get().source(),
                table.get().where(),
                1,
                table.get().words(),
                port));
        return more;
    }

    private static List<Explanation> one(List<Clue> clues, OptionalInt port, boolean alone) {
        if (clues.stream().noneMatch(Explainer::isTrouble)) {
            return List.of();
        }
        Set<Sign> seen =
                clues.stream().map(Clue::sign).collect(Collectors.toCollection(() -> EnumSet.noneOf(Sign.class)));
        if (SignGroups.QUEUED.stream().anyMatch(seen::contains)) {
            seen.remove(Sign.ACCEPT_QUEUE_EMPTY_NOW); // of another moment
        }
        List<Judged> judged = new ArrayList<>();
        for (Suspect suspect : Suspects.ALL) {
            suspect.judge(seen).ifPresent(rule -> judged.add(new Judged(suspect, rule, clues, alone)));
        }
        judged.sort((a, b) -> a.certainty().compareTo(b.certainty()));
        List<Judged> kept = facesByNumber(withoutExplained(judged));
        List<Explanation> answer = new ArrayList<>();
        kept.forEach(one -> answer.add(one.explanation(port)));
        boolean told = !kept.isEmpty() && (kept.getFirst().certainty() != Certainty.POSSIBLE || kept.size() == 1);
        if (!told) {
            answer.addFirst(untold(clues, kept, port));
        }
        return answer;
    }

    /// Of the faces of one full queue, where they are as certain, the one that more connections met stands first.
    private static List<Judged> facesByNumber(List<Judged> judged) {
        List<Judged> ordered = new ArrayList<>(judged);
        for (Certainty certainty : Certainty.values()) {
            List<Judged> faces = judged.stream()
                    .filter(one -> one.certainty() == certainty && SignGroups.FACES.containsKey(one.suspect.cause()))
                    .toList();
            Iterator<Judged> next = faces.stream()
                    .sorted((one, other) -> Long.compare(other.met(), one.met()))
                    .iterator();
            ordered.replaceAll(one -> faces.contains(one) ? next.next() : one);
        }
        return ordered;
    }

    /// Leaves out what is only possible where something more certain rests on the same signs.
    private static List<Judged> withoutExplained(List<Judged> judged) {
        Set<Sign> explained = EnumSet.noneOf(Sign.class);
        judged.stream()
                .filter(one -> one.certainty() == Certainty.PROVED)
                .forEach(one -> explained.addAll(one.signs()));
        return judged.stream()
                .filter(one -> one.certainty() == Certainty.PROVED || !explained.containsAll(one.signs()))
                .toList();
    }

    private static Explanation untold(List<Clue> clues, List<Judged> candidates, OptionalInt port) {
        String names = candidates.stream()
                .limit(SHOWN_CANDIDATES)
                .map(one -> one.suspect.cause())
                .collect(Collectors.joining(", "));
        String summary = candidates.isEmpty()
                ? "No cause that is known leaves these signs."
                : "These signs alone do not tell which of these it was: " + names
                        + (candidates.size() > SHOWN_CANDIDATES ? " and others." : ".");
        return new Explanation(
                CANNOT_BE_TOLD,
                Certainty.POSSIBLE,
                port,
                summary,
                clues.stream().filter(Explainer::isTrouble).map(Explainer::told).toList(),
                List.of(),
                candidates.isEmpty()
                        ? "record it at the server: tcpdump -ni any -w trace.pcap tcp"
                        : withPort(candidates.getFirst().suspect.next(), port));
    }

    /// A suspect with the rule that holds.
    private record Judged(Suspect suspect, Suspect.Rule rule, List<Clue> clues, boolean alone) {

        /// Where several ports have trouble, counters of the host prove nothing about one of them, unless two
        /// signs of its own stand beside them.
        Certainty certainty() {
            boolean shared = !alone
                    && rule.certainty() == Certainty.PROVED
                    && own().stream().anyMatch(clue -> clue.port().isEmpty())
                    && own().stream()
                                    .filter(clue -> clue.port().isPresent())
                                    .map(Clue::sign)
                                    .distinct()
                                    .count()
                            < 2;
            return shared ? Certainty.LIKELY : rule.certainty();
        }

        /// How many connections packets show in this face of a full queue.
        long met() {
            Set<Sign> face = SignGroups.FACES.getOrDefault(suspect.cause(), Set.of());
            return clues.stream()
                    .filter(clue -> face.contains(clue.sign()))
                    .mapToLong(Clue::count)
                    .max()
                    .orElse(0);
        }

        /// The signs that its rule rests on.
        Set<Sign> signs() {
            return own().stream().map(Clue::sign).collect(Collectors.toCollection(() -> EnumSet.noneOf(Sign.class)));
        }

        private List<Clue> own() {
            return clues.stream()
                    .filter(clue -> rule.parts().stream().anyMatch(part -> part.contains(clue.sign())))
                    .toList();
        }

        Explanation explanation(OptionalInt port) {
            boolean everywhere = own().stream().allMatch(clue -> clue.port().isEmpty());
            OptionalInt about = everywhere ? OptionalInt.empty() : port;
            return new Explanation(
                    suspect.cause(),
                    certainty(),
                    about,
                    withPort(suspect.summary(), about),
                    own().stream().map(Explainer::told).toList(),
                    suspect.refutedBy().stream()
                            .map(words -> withPort(words, about))
                            .toList(),
                    withPort(suspect.next(), about));
        }
    }

    private static String withPort(String words, OptionalInt port) {
        return port.isEmpty() ? words : words.replace("PORT", Integer.toString(port.getAsInt()));
    }

    private static String told(Clue clue) {
        return clue.sign().sentence() + (clue.count() > 1 ? " (" + clue.count() + ")" : "") + ": " + clue.source()
                + ", " + clue.where() + ": " + clue.words();
    }
}
