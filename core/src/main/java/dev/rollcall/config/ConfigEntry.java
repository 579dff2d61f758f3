package dev.rollcall.config;

import static java.util.Objects.requireNonNull;

import dev.rollcall.internal.Text;

/**
 * What is written at one key. Immutable; {@link #toString} doesn't show the text, which may be a secret.
 *
 * @param key names joined by {@code /}, such as {@code gateway/rules}: up to {@value #MAX_KEY_CHARS} characters, each name visible and
 *     neither {@code .} nor {@code ..}
 * @param text up to {@value #MAX_TEXT_BYTES} bytes in UTF-8, which is what every store takes; may be empty
 * @param revision the store's counter when this was written (etcd: modification revision, ZooKeeper: mzxid, Consul: ModifyIndex); above zero,
 *     comparable within one store only
 */
public record ConfigEntry(String key, String text, long revision) {
    /** The longest key. */
    public static final int MAX_KEY_CHARS = 512;

    /** The longest text, in bytes of UTF-8: Consul's own limit. */
    public static final int MAX_TEXT_BYTES = 512 * 1024;

    public ConfigEntry {
        requireKey(key);
        requireNonNull(text, "text");
        if (revision < 1) {
            throw new IllegalArgumentException("revision: " + revision + " (expected: 1 or more)");
        }
    }

    /**
     * Checks that a text can be a key.
     *
     * @return the key
     * @throws IllegalArgumentException if it can't; the message shows it and says what was expected
     */
    public static String requireKey(String key) {
        requireNonNull(key, "key");
        if (!isKey(key)) {
            throw new IllegalArgumentException("config key: " + Text.quoted(key)
                    + " (expected: visible names joined by single slashes, such as gateway/rules, up to "
                    + MAX_KEY_CHARS
                    + " characters)");
        }
        return key;
    }

    /** Whether a text can be a key. */
    public static boolean isKey(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY_CHARS) {
            return false;
        }
        for (String name : key.split("/", -1)) {
            if (!Text.isName(name, MAX_KEY_CHARS)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return key + " (" + text.length() + " characters, revision " + revision + ")";
    }
}
