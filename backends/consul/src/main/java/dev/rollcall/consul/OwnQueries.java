package dev.rollcall.consul;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The feeds that have a blocking query, and so a connection, of their own: at most a number of them. On the serial thread.
 *
 * <p>Design note. An agent learns that nobody waits for a question any more only when it answers, and until then counts its connection among the 200 that it gives
 * one client. So whoever opens and closes watches at a pace could lock himself out, and
 * everybody else on the host. Therefore a place is free again only when the
 * agent has let go of it, and how long a question may wait grows with the age of its watch ({@link BlockingQuery}).
 */
final class OwnQueries {
    private final BlockingQuery.Store store;
    private final int places;
    private final Map<Feed, BlockingQuery> queries = new HashMap<>();
    private int abandoned;

    OwnQueries(BlockingQuery.Store store, int places) {
        this.store = store;
        this.places = places;
    }

    /** Begins to follow a feed's question; false if no place is free. */
    boolean add(Feed feed) {
        if (queries.size() + abandoned >= places) {
            return false;
        }
        BlockingQuery query = new BlockingQuery(store, feed.question(), feed.permission(), feed);
        queries.put(feed, query);
        if (feed.isConsistent()) {
            query.startConsistently();
        } else {
            query.start();
        }
        return true;
    }

    /** Ends a feed's query; false if it has none here. */
    boolean remove(Feed feed) {
        BlockingQuery query = queries.remove(feed);
        if (query == null) {
            return false;
        }
        Duration held = query.close();
        if (!held.isZero()) {
            abandoned++;
            store.serial().schedule(held, () -> abandoned--);
        }
        return true;
    }

    void close() {
        queries.values().forEach(BlockingQuery::close);
        queries.clear();
    }
}
