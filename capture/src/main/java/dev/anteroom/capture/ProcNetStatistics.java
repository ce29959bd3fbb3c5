package dev.anteroom.capture;

import java.util.Optional;

/// `/proc/net/netstat` and `/proc/net/snmp`: a line of names, then a line of values, each behind its group.
final class ProcNetStatistics implements TextFormat {
    private final CounterBook counters;
    private Optional<String[]> names = Optional.empty();

    ProcNetStatistics(CounterBook counters) {
        this.counters = counters;
    }

    @Override
    public boolean take(Line line) {
        String[] fields = line.fields();
        if (fields.length < 3 || !fields[0].endsWith(":") || !fields[0].matches("[A-Z][A-Za-z0-9]{1,20}:")) {
            return false;
        }
        boolean numbers = fields[1].matches("-?\\d{1,20}");
        if (!numbers) {
            boolean header = fields[1].matches("[A-Z][A-Za-z0-9]{1,60}") && fields[2].matches("[A-Z][A-Za-z0-9]{1,60}");
            names = header ? Optional.of(fields) : Optional.empty();
            return header;
        }
        if (names.isEmpty() || !names.get()[0].equals(fields[0]) || names.get().length != fields.length) {
            return false;
        }
        boolean tcp = fields[0].equals("TcpExt:") || fields[0].equals("Tcp:");
        for (int i = 1; tcp && i < fields.length; i++) {
            if (fields[i].matches("\\d{1,18}")) {
                counters.add(names.get()[i], Long.parseLong(fields[i]), line);
            }
        }
        names = Optional.empty();
        return true;
    }
}
