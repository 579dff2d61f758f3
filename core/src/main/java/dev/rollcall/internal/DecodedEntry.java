package dev.rollcall.internal;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.config.Decoder;
import dev.rollcall.spi.ConfigValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The last good value of one key, and what is wrong with what came after it. Not safe for use by many threads. */
final class DecodedEntry<T> {
    private static final int MAX_REASON_CHARS = 300;

    private final String key;
    private final Decoder<T> decoder;
    private @Nullable ConfigValue written;
    private @Nullable T good;
    private long goodRevision;
    private @Nullable StoreException failure;

    DecodedEntry(String key, Decoder<T> decoder) {
        this.key = key;
        this.decoder = decoder;
    }

    /** Takes what is written now; decodes it unless that has been done. */
    void take(ConfigValue now) {
        if (now.equals(written)) {
            return;
        }
        written = now;
        try {
            T value = decoder.decode(text(now.bytes()));
            if (value == null) {
                throw new IllegalArgumentException("the decoder returned null");
            }
            good = value;
            goodRevision = now.revision();
            failure = null;
        } catch (RuntimeException | Error e) { // a text that is too deep for a decoder ends in an Error
            failure = new StoreException(
                    Kind.UNDECODABLE,
                    "config key " + key + " can't be decoded as of revision " + now.revision() + ": " + reason(e) + "; "
                            + (good == null ? "there is no good value before it" : "the last good value is kept")
                            + " until a better one is written",
                    e);
        }
    }

    /** Nothing is written; what was good before stays. */
    void takeAbsence() {
        if (written != null || failure == null) {
            written = null;
            failure = new StoreException(
                    Kind.ABSENT,
                    good == null
                            ? "nothing is written at config key " + key
                            : "config key " + key
                                    + " was deleted; its last good value is kept until another is written");
        }
    }

    /** Nothing is written, for which there is a value. */
    void takeAbsence(T instead, long revision) {
        written = null;
        failure = null;
        good = instead;
        goodRevision = revision;
    }

    @Nullable
    T good() {
        return good;
    }

    long goodRevision() {
        return goodRevision;
    }

    /** Why the good value, if there is one, is not the latest. */
    @Nullable
    StoreException failure() {
        return failure;
    }

    /**
     * The text of some bytes.
     *
     * @throws IllegalArgumentException if they are too many, or not UTF-8
     */
    static String text(byte[] bytes) {
        if (bytes.length > ConfigEntry.MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes (expected: up to " + ConfigEntry.MAX_TEXT_BYTES + ")");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8 (expected: a text in UTF-8)", e);
        }
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : Text.onOneLine(message, MAX_REASON_CHARS);
    }
}
