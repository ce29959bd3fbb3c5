package dev.anteroom.report;

import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.SurgeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where to look next, by what became of the connections. A client cannot see the server's queues, so most of it is
/// where they can be seen.
final class SurgeAdvice {
    private SurgeAdvice() {}

    static List<String> of(SurgeResult result) {
        Map<Outcome, Integer> outcomes = result.outcomes();
        boolean synsLost = result.synRetransmissions().keySet().stream().anyMatch(times -> times > 0);
        String port = result.target().substring(result.target().lastIndexOf(':') + 1);
        List<String> steps = new ArrayList<>();
        if (synsLost
                || outcomes.containsKey(Outcome.PHANTOM)
                || outcomes.containsKey(Outcome.CONNECT_TIMEOUT)
                || outcomes.containsKey(Outcome.RESET_IN_CONNECT)
                || outcomes.containsKey(Outcome.RESET_AFTER_CONNECT)) {
            steps.add("on the server, during the next surge: anteroom doctor --port " + port + " --window 10s"
                    + " (which queue overflows, which limit binds, what to change)");
        }
        if (synsLost || outcomes.containsKey(Outcome.CONNECT_TIMEOUT)) {
            steps.add("if no drop is counted there, a firewall or the path loses the SYNs");
        }
        if (outcomes.containsKey(Outcome.PHANTOM)) {
            steps.add("a phantom waits in the accept queue, is unknown to the server, or is held by a server that says"
                    + " nothing: the doctor's depth and drop events tell the first two, a thread dump the third");
        }
        if (outcomes.containsKey(Outcome.RESET_IN_CONNECT) || outcomes.containsKey(Outcome.RESET_AFTER_CONNECT)) {
            steps.add("a reset comes from tcp_abort_on_overflow=1 with a full accept queue, from a listener that was"
                    + " closed, or from the program itself");
        }
        if (outcomes.containsKey(Outcome.REFUSED)) {
            steps.add("refused: see on the server with 'ss -ltn' whether anything listens on port " + port
                    + ", and on that address; a full queue never refuses on Linux");
        }
        if (outcomes.containsKey(Outcome.CLOSED)) {
            steps.add("closed: the program accepted and hung up; its log knows why");
        }
        if (outcomes.containsKey(Outcome.SLOW)) {
            steps.add("slow: the server answers, later than --patience; is it the server or the wait in its queue?"
                    + " compare with a surge of one connection");
        }
        if (outcomes.containsKey(Outcome.LOCAL)) {
            steps.add("local: this host ran out of ports or descriptors, so the surge says less about the server; close"
                    + " other clients, take more --source addresses, raise 'ulimit -n'");
        }
        return steps;
    }
}
