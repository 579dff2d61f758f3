package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.etcd.proto.Event;
import java.util.List;

/**
 * Who follows a key, or the keys of a prefix, on the {@link WatchStream}. Called on the serial thread; must not throw.
 */
interface Watcher {

    /** The key, or the prefix. */
    ByteString key();

    /** The end of the range; empty for the key alone. */
    ByteString end();

    /** The revision of the first event that it wants: above zero. Asked whenever the watch is begun. */
    long startRevision();

    /** Whether it should be begun at once, rather than when there is time. */
    boolean isUrgent();

    /**
     * What happened, in order and with nothing left out since the last call.
     *
     * @param events none if nothing happened
     * @param revision the store's counter up to which this is all
     */
    void delivered(List<Event> events, long revision);

    /** What it wanted to know is history that the store has thrown away. The watch is over. */
    void compacted();

    /** The store doesn't let us. The watch is over. */
    void refused(StoreException cause);
}
