package dev.rollcall.spi;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes at a configuration key, and the store's counter when they were written. Immutable, as long as nobody writes to the array. */
public final class ConfigValue {
    private final byte[] bytes;
    private final long revision;

    private ConfigValue(byte[] bytes, long revision) {
        this.bytes = requireNonNull(bytes, "bytes");
        this.revision = revision;
    }

    /**
     * Takes the array as it is, without copying it.
     *
     * @param revision what {@link ConfigStore#write} expects to find it by again; above zero
     */
    public static ConfigValue of(byte[] bytes, long revision) {
        return new ConfigValue(bytes, revision);
    }

    /** The bytes themselves, not a copy; not to be written to. */
    public byte[] bytes() {
        return bytes;
    }

    public long revision() {
        return revision;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConfigValue that && revision == that.revision && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(revision);
    }

    /** Not the bytes, which may be a secret. */
    @Override
    public String toString() {
        return bytes.length + " bytes, revision " + revision;
    }
}
