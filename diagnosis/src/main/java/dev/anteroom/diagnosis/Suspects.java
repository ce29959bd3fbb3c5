package dev.anteroom.diagnosis;

import java.util.List;
import java.util.stream.Stream;

/// Every cause that the explainer knows. A root stands before what follows from it, so that of equal certainty
/// the root is named first.
final class Suspects {
    static final List<Suspect> ALL = Stream.of(
                    ClientSuspects.OWN_LIMITS,
                    ServerSuspects.STANDSTILLS,
                    ResetSuspects.ALL,
                    ServerSuspects.SLOWNESS,
                    SilenceSuspects.ALL,
                    ClientSuspects.OWN_PATIENCE)
            .flatMap(List::stream)
            .toList();

    private Suspects() {}
}
