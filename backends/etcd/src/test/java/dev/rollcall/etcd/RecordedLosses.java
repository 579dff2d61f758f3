package dev.rollcall.etcd;

import dev.rollcall.StoreException;
import dev.rollcall.spi.PublicationListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a publication's listener was told. */
final class RecordedLosses implements PublicationListener {
    final List<StoreException> lost = new CopyOnWriteArrayList<>();
    final List<StoreException> displaced = new CopyOnWriteArrayList<>();

    @Override
    public void lost(StoreException cause) {
        lost.add(cause);
    }

    @Override
    public void displaced(StoreException cause) {
        displaced.add(cause);
    }
}
