package dev.rollcall.consul;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An ACL token, fixed or in a file that somebody renews. Never shown. Safe for use by many threads. */
final class Token {
    private static final Logger LOG = LoggerFactory.getLogger(Token.class);
    private static final int MAX_CHARS = 4096;

    private final @Nullable Path file;
    private volatile String value;

    private Token(@Nullable Path file, String value) {
        this.file = file;
        this.value = value;
    }

    static Token none() {
        return new Token(null, "");
    }

    /** @throws IllegalArgumentException if it can't be a token; the message doesn't show it */
    static Token of(String value) {
        return new Token(null, checked(value, "registry parameter token"));
    }

    /** @throws IllegalArgumentException if the file holds no token */
    static Token inFile(Path file) {
        try {
            return new Token(file, checked(Files.readString(file).strip(), "registry parameter tokenFile: " + file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "registry parameter tokenFile: " + file + " can't be read (expected: a file with a token)", e);
        }
    }

    /** What goes into the header; empty for an anonymous client. */
    Optional<String> value() {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /** Reads the file again, if there is one, because Consul has refused what it held. */
    void reload() {
        if (file == null) {
            return;
        }
        try {
            value = checked(Files.readString(file).strip(), "the token's file " + file);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn(
                    "the token's file {} can't be read; the token that it held before is used: {}", file, e.toString());
        }
    }

    private static String checked(String token, String where) {
        if (token.isEmpty() || token.length() > MAX_CHARS || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    where + " holds no token (expected: 1 to " + MAX_CHARS + " visible ASCII characters)");
        }
        return token;
    }

    @Override
    public String toString() {
        return value.isEmpty() ? "none" : "***";
    }
}
