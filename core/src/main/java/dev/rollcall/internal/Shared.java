package dev.rollcall.internal;

/**
 * Something that is watched once for all who follow it. Its count is guarded by the lock of whoever keeps it.
 *
 * @param <T> what watches
 */
final class Shared<T> {
    final T watched;
    int handles;

    Shared(T watched) {
        this.watched = watched;
    }
}
