package dev.anteroom.report;

import dev.anteroom.queue.Durations;
import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeEvent;
import dev.anteroom.queue.HandshakeEvent.Sender;
import java.time.Duration;

/// One connection as a ladder: the client's rail on the left, the server's on the right, a rung for each segment
/// with its time from the first SYN, and beside it what the kernel of the server did.
public final class LadderText {
    private static final int TIME_WIDTH = 9;
    private static final int RUNG_WIDTH = 38;
    private static final Duration GAP = Duration.ofMillis(500);

    private final Style style;
    private final String words;

    private LadderText(Style style) {
        this.style = style;
        this.words = " ".repeat(TIME_WIDTH + 2 + RUNG_WIDTH + 2 + 2);
    }

    /// The ladder, with a line that names both ends and the fate before it.
    public static String of(Handshake handshake, Style style) {
        return new LadderText(style).draw(handshake);
    }

    private String draw(Handshake handshake) {
        StringBuilder out = new StringBuilder();
        out.append(style.bold(handshake.fate().id()))
                .append("  ")
                .append(handshake.client())
                .append(style.blocks() ? " → " : " -> ")
                .append(handshake.server())
                .append(handshake.portReused() ? "  (a port used before)" : "")
                .append('\n');
        style.paragraph(out, "  ", "  ", handshake.fate().meaning());
        out.append('\n');
        out.append(style.dim(" ".repeat(TIME_WIDTH + 2) + "client" + " ".repeat(RUNG_WIDTH - 10) + "server" + "  "
                        + "what the server's kernel did"))
                .append('\n');
        Duration before = Duration.ZERO;
        for (HandshakeEvent event : handshake.events()) {
            Duration gap = event.at().minus(before);
            if (gap.compareTo(GAP) > 0) {
                gap(out, gap);
            }
            before = event.at();
            rung(out, event);
        }
        if (handshake.eventsLeftOut() > 0) {
            row(out, "", middle(handshake.eventsLeftOut() + " more segments"));
            out.append('\n');
        }
        return out.toString();
    }

    private void gap(StringBuilder out, Duration gap) {
        String dots = style.blocks() ? "…" : "...";
        row(out, "", style.dim(middle(dots + " " + Durations.text(gap) + " " + dots)));
        out.append('\n');
    }

    private void rung(StringBuilder out, HandshakeEvent event) {
        StringBuilder left = new StringBuilder();
        row(left, Durations.text(event.at()), painted(event, arrow(event)));
        if (event.kernel().isEmpty()) {
            out.append(left).append('\n');
        } else {
            style.paragraph(out, left.append("  ").toString(), words, event.kernel());
        }
    }

    private void row(StringBuilder out, String time, String between) {
        String rail = style.blocks() ? "│" : "|";
        out.append(" ".repeat(Math.max(0, TIME_WIDTH - time.length())))
                .append(time)
                .append("  ")
                .append(rail)
                .append(between)
                .append(rail);
    }

    private String painted(HandshakeEvent event, String arrow) {
        return event.lost() || event.flags().contains("RST")
                ? style.red(arrow)
                : event.again() ? style.yellow(arrow) : arrow;
    }

    /// The segment on its way; one that is lost does not get there.
    private String arrow(HandshakeEvent event) {
        boolean fromClient = event.sender() == Sender.CLIENT;
        String line = style.blocks() ? "─" : "-";
        String head = event.lost() ? "x" : style.blocks() ? fromClient ? "▶" : "◀" : fromClient ? ">" : "<";
        int reach = event.lost() ? RUNG_WIDTH * 3 / 4 : RUNG_WIDTH;
        String label = " " + label(event) + " ";
        int dashes = Math.max(2, reach - label.length() - 1);
        String start = line.repeat(dashes / 2);
        String end = line.repeat(dashes - dashes / 2);
        String nothing = " ".repeat(Math.max(0, RUNG_WIDTH - dashes - label.length() - 1));
        return fromClient ? start + label + end + head + nothing : nothing + head + start + label + end;
    }

    private static String label(HandshakeEvent event) {
        boolean opens = event.flags().contains("SYN");
        boolean data = event.payload() > 0;
        boolean acknowledges = event.flags().contains("ACK") && !opens && !data;
        return event.flags()
                + (opens ? "" : " seq=" + event.sequence())
                + (acknowledges ? " ack=" + event.acknowledgement() : "")
                + (data ? " len=" + event.payload() : "")
                + (event.again() ? " again" : "");
    }

    private static String middle(String text) {
        int blanks = Math.max(0, RUNG_WIDTH - text.length());
        return " ".repeat(blanks / 2) + text + " ".repeat(blanks - blanks / 2);
    }
}
