package dev.rollcall.formats;

import dev.rollcall.Instance;

/**
 * How one ecosystem writes an instance as a value. What is written is read back as the same instance, but for an id that the ecosystem
 * derives; what others have written is read as far as it can be: unknown fields are skipped, names are taken in any case, a field that is missing
 * has its default. Implementations are safe for use by many threads.
 */
public interface InstanceFormat {

    /** The value for an instance. The {@linkplain dev.rollcall.spi.Origin origin} isn't written. */
    byte[] write(Instance instance);

    /**
     * Reads a value.
     *
     * @param service the service that the entry's place says
     * @param id the id that the entry's place says, which counts, whatever the value says
     * @throws IllegalArgumentException if it isn't an instance; the message says why in one line
     */
    Instance read(String service, String id, byte[] value);
}
