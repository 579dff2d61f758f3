package dev.rollcall;

/** A listener's tie to what it listens to. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

    /** Ends the calls. Idempotent, callable from the listener itself. */
    @Override
    void close();
}
