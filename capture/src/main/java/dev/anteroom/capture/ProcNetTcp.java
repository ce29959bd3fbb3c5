package dev.anteroom.capture;

import dev.anteroom.capture.SocketRows.Row;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `/proc/net/tcp` and `tcp6` (`net/ipv4/tcp_ipv4.c` get_tcp4_sock). Numbers are hexadecimal. A listener's
/// rx_queue is its depth; its limit is not shown.
final class ProcNetTcp implements TextFormat {
    private static final Pattern ROW =
            Pattern.compile("^ *\\d{1,9}: [0-9A-F]{8,32}:([0-9A-F]{4}) [0-9A-F]{8,32}:([0-9A-F]{4}) ([0-9A-F]{2})"
                    + " ([0-9A-F]{8}):([0-9A-F]{8}) .*");

    private final SocketRows rows;

    ProcNetTcp(SocketRows rows) {
        this.rows = rows;
    }

    @Override
    public boolean take(Line line) {
        if (line.has("local_address") && (line.has("rem_address") || line.has("remote_address"))) {
            rows.header(line);
            return true;
        }
        Matcher row = ROW.matcher(line.text());
        if (!row.matches()) {
            return false;
        }
        String state = switch (Integer.parseInt(row.group(3), 16)) {
            case 0x01 -> "ESTAB";
            case 0x02 -> "SYN-SENT";
            case 0x03, 0x0c -> "SYN-RECV";
            case 0x06 -> "TIME-WAIT";
            case 0x08 -> "CLOSE-WAIT";
            case 0x0a -> "LISTEN";
            default -> "OTHER";
        };
        int peer = Integer.parseInt(row.group(2), 16);
        rows.add(
                new Row(
                        state,
                        Integer.parseInt(row.group(1), 16),
                        peer == 0 ? OptionalInt.empty() : OptionalInt.of(peer),
                        Long.parseLong(row.group(5), 16),
                        state.equals("LISTEN")
                                ? OptionalLong.empty()
                                : OptionalLong.of(Long.parseLong(row.group(4), 16))),
                line);
        return true;
    }
}
