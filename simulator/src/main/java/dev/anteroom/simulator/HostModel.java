package dev.anteroom.simulator;

import dev.anteroom.queue.Setting;
import java.util.Map;

/// A host: its TCP stack and its settings.
///
/// @param stack the TCP stack
/// @param settings what differs from the defaults of the stack
public record HostModel(Stack stack, Map<Setting, Long> settings) {

    public HostModel {
        settings = Map.copyOf(settings);
    }

    /// A host with the defaults of its stack.
    public static HostModel of(Stack stack) {
        return new HostModel(stack, Map.of());
    }

    /// The value of a setting; 0 where the stack has no such setting.
    public long value(Setting setting) {
        return settings.getOrDefault(setting, stack.defaults().getOrDefault(setting, 0L));
    }
}
