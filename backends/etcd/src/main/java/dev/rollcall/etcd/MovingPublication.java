package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * An entry whose key follows from the instance: it moves when that changes, and there is none while the instance is not up and the layout can't
 * say so. It is put at its new key before it is removed from the old one.
 *
 * <p>The core calls one at a time, so the fields need no lock; the listeners of the entries are called on the serial thread.
 */
final class MovingPublication implements Publication {
    private final Layout layout;
    private final BiFunction<ByteString, PublicationListener, Publication> open;
    private final PublicationListener listener;
    /** What is still to be removed, by its key. */
    private final Map<ByteString, Publication> left = new LinkedHashMap<>();

    private @Nullable Publication entry;
    private volatile @Nullable ByteString current;

    /** @param open makes the publication at one key */
    MovingPublication(
            Layout layout,
            BiFunction<ByteString, PublicationListener, Publication> open,
            PublicationListener listener) {
        this.layout = layout;
        this.open = open;
        this.listener = listener;
    }

    @Override
    public CompletionStage<Void> put(Instance instance) {
        ByteString key = layout.key(instance);
        moveTo(key);
        if (key == null) {
            return removeLeft();
        }
        // one that is to be removed from this very key would take the new one along
        return removeLeft(key).thenCompose(done -> entryAt(key).put(instance)).thenCompose(done -> removeLeft());
    }

    @Override
    public CompletionStage<Void> farewell(Instance leaving) {
        Publication there = entry;
        ByteString key = layout.key(leaving);
        return there != null && key != null && key.equals(current) ? there.farewell(leaving) : put(leaving);
    }

    @Override
    public CompletionStage<Void> remove() {
        moveTo(null);
        return removeLeft();
    }

    private void moveTo(@Nullable ByteString key) {
        ByteString before = current;
        if (entry != null && before != null && !before.equals(key)) {
            left.put(before, entry);
            entry = null;
        }
        current = key;
    }

    private Publication entryAt(ByteString key) {
        Publication known = entry;
        if (known == null) {
            known = open.apply(key, new Place(key));
            entry = known;
        }
        return known;
    }

    /** Removes what is still to be removed; what fails is tried again with the next call. */
    private CompletionStage<Void> removeLeft() {
        CompletionStage<Void> all = CompletableFuture.completedFuture(null);
        for (ByteString key : List.copyOf(left.keySet())) {
            all = all.thenCompose(done -> removeLeft(key));
        }
        return all;
    }

    private CompletionStage<Void> removeLeft(ByteString key) {
        Publication publication = left.get(key);
        return publication == null
                ? CompletableFuture.completedFuture(null)
                : publication.remove().thenRun(() -> left.remove(key));
    }

    /** Passes on what happens to the entry at one key, as long as that is where it belongs. */
    private final class Place implements PublicationListener {
        private final ByteString key;

        Place(ByteString key) {
            this.key = key;
        }

        @Override
        public void lost(StoreException cause) {
            if (key.equals(current)) {
                listener.lost(cause);
            }
        }

        @Override
        public void displaced(StoreException cause) {
            if (key.equals(current)) {
                listener.displaced(cause);
            }
        }
    }
}
