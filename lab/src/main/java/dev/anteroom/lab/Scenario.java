package dev.anteroom.lab;

import dev.anteroom.kernel.LinkShape;
import dev.anteroom.queue.Setting;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.ServerPlan;
import dev.anteroom.traffic.Talk;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One thing to stage: two private hosts, the link between them, a server, a surge, and what to expect of it.
///
/// @param name what to call it
/// @param variant which of its variants this is; empty if it has only one form
/// @param about what it shows, in a sentence or two
/// @param server settings of the server's host; what is not named has the kernel's default
/// @param client settings of the client's host
/// @param link the way between them
/// @param listeners the servers, usually one; several share the port by SO_REUSEPORT
/// @param surge what is sent at them
/// @param steps what is changed while it runs
/// @param look when the sockets, the queues and the counters are looked at, from the start of the surge
/// @param expectations what that look and the fates of the connections are to show
/// @param yaml the scenario itself, this variant alone, every computed value filled in: enough to stage it again
public record Scenario(
        String name,
        String variant,
        String about,
        Map<Setting, Long> server,
        Map<Setting, Long> client,
        LinkShape link,
        List<ServerSpec> listeners,
        SurgeSpec surge,
        List<Step> steps,
        Duration look,
        List<Expectation> expectations,
        String yaml) {

    public Scenario {
        server = Map.copyOf(server);
        client = Map.copyOf(client);
        listeners = List.copyOf(listeners);
        steps = List.copyOf(steps);
        expectations = List.copyOf(expectations);
    }

    /// The name with the variant: `overflow-at-ack/cookies-0-abort-1`.
    public String fullName() {
        return variant.isEmpty() ? name : name + "/" + variant;
    }

    /// How long it takes at the most: until the last client has lost its patience.
    public Duration lasts() {
        return surge.arrivals().lastDue(surge.connections()).plus(surge.patience());
    }

    /// The port that the surge goes to.
    public int port() {
        return listeners.getFirst().port();
    }

    /// Who listens.
    public sealed interface ServerSpec {
        /// Where.
        int port();

        /// One of the sample servers of this program.
        ///
        /// @param plan how it behaves; its address is filled in when it starts
        /// @param backlogComputed whether its backlog was computed from the surge
        record Sample(ServerPlan plan, boolean backlogComputed) implements ServerSpec {
            @Override
            public int port() {
                return plan.address().getPort();
            }
        }

        /// A program of the host, started in the private host and ended with it.
        ///
        /// @param words the program and its arguments
        /// @param port where it will listen
        record Command(List<String> words, int port) implements ServerSpec {
            public Command {
                words = List.copyOf(words);
            }
        }
    }

    /// The connections.
    ///
    /// @param connections how many
    /// @param arrivals when they are due
    /// @param talk what is said on each
    /// @param patience how long a client waits
    /// @param sources how many addresses the client's host has
    public record SurgeSpec(int connections, Arrivals arrivals, Talk talk, Duration patience, int sources) {}

    /// A change of the server's host while the surge runs.
    ///
    /// @param at from the start of the surge
    /// @param settings what to set
    public record Step(Duration at, Map<Setting, Long> settings) {
        public Step {
            settings = Map.copyOf(settings);
        }
    }
}
