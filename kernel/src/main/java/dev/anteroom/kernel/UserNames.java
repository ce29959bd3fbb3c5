package dev.anteroom.kernel;

import java.util.HashMap;
import java.util.Map;

/// The names of the users in /etc/passwd.
public final class UserNames {
    private final Map<Integer, String> names;

    private UserNames(Map<Integer, String> names) {
        this.names = names;
    }

    /// Reads the file; without it every user is a number.
    public static UserNames read() {
        Map<Integer, String> names = new HashMap<>();
        ProcFile.text("/etc/passwd").orElse("").lines().forEach(line -> {
            String[] fields = line.split(":", -1);
            if (fields.length > 2 && !fields[2].isEmpty() && fields[2].chars().allMatch(Character::isDigit)) {
                names.putIfAbsent(Integer.parseUnsignedInt(fields[2]), fields[0]);
            }
        });
        return new UserNames(names);
    }

    /// The name of a user id, `uid 4711` for one without.
    public String name(int uid) {
        return names.getOrDefault(uid, "uid " + Integer.toUnsignedString(uid));
    }
}
