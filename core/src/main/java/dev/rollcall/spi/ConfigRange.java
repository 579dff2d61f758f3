package dev.rollcall.spi;

import static java.util.Objects.requireNonNull;

/**
 * One configuration key, or all keys below a prefix. Immutable.
 *
 * @param path a valid key; empty for the prefix of all keys
 * @param isPrefix whether the keys below {@code path + "/"} are meant, rather than {@code path} itself
 */
public record ConfigRange(String path, boolean isPrefix) {

    public ConfigRange {
        requireNonNull(path, "path");
    }

    /** One key. */
    public static ConfigRange key(String key) {
        return new ConfigRange(key, false);
    }

    /** All keys below a path, which itself is not among them; all keys at all if it is empty. */
    public static ConfigRange below(String path) {
        return new ConfigRange(path, true);
    }

    /** Whether a key is in this range. */
    public boolean contains(String key) {
        if (!isPrefix) {
            return key.equals(path);
        }
        return path.isEmpty()
                || (key.length() > path.length() && key.charAt(path.length()) == '/' && key.startsWith(path));
    }

    /** For messages: {@code config key gateway/rules} or {@code config keys below gateway/}. */
    @Override
    public String toString() {
        return isPrefix ? "config keys below " + path + "/" : "config key " + path;
    }
}
