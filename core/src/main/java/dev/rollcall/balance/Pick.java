package dev.rollcall.balance;

import dev.rollcall.Instance;

/** A chosen instance, and how it went. */
public interface Pick extends AutoCloseable {
    /** The chosen instance. */
    Instance instance();

    @Override
    void close();
}
