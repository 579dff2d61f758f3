package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.PublicationListener;
import java.util.ArrayList;
import java.util.List;

/** A publication's listener that remembers all it was told. Thread-safe. */
final class RecordedLosses implements PublicationListener {
    private final List<StoreException.Kind> told = new ArrayList<>();

    @Override
    public synchronized void lost(StoreException cause) {
        told.add(cause.kind());
    }

    @Override
    public synchronized void displaced(StoreException cause) {
        told.add(cause.kind());
    }

    synchronized List<StoreException.Kind> told() {
        return List.copyOf(told);
    }
}
