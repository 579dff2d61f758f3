package dev.rollcall.memory;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.Claim;
import dev.rollcall.spi.ClaimListener;
import dev.rollcall.spi.ClaimSink;
import dev.rollcall.spi.ClaimStore;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/** A client's claims. Safe for use by many threads; what is open is the loop's. */
final class MemoryClaims implements ClaimStore {
    private final Session session;
    private final Connection connection;
    private final Function<StoreWatch, Backend.Watch> begin;
    private final Consumer<StoreWatch> forget;
    private final Set<MemoryClaim> open = new LinkedHashSet<>();
    private final AtomicLong made = new AtomicLong();

    /**
     * No claims yet.
     *
     * @param begin begins a watch of the client's
     * @param forget is told of its end
     */
    MemoryClaims(Session session, Function<StoreWatch, Backend.Watch> begin, Consumer<StoreWatch> forget) {
        this.session = session;
        this.connection = session.connection();
        this.begin = begin;
        this.forget = forget;
    }

    @Override
    public Claim claim(String name, String data, ClaimListener listener) {
        String id = connection.writer() + '#' + made.incrementAndGet();
        MemoryClaim claim = new MemoryClaim(name, id, data, listener, session, this::forget);
        connection.loop().execute(() -> {
            if (!connection.isClosed()) {
                open.add(claim);
                connection.engine().follow(connection.writer(), claim.topic(), claim);
                claim.begin();
            }
        });
        return claim;
    }

    @Override
    public Backend.Watch watch(String name, ClaimSink sink) {
        return begin.apply(new ClaimWatch(name, sink, session, forget));
    }

    private void forget(MemoryClaim claim) {
        open.remove(claim);
        connection.engine().unfollow(claim.topic(), claim);
    }

    void interrupted(StoreException cause) {
        List.copyOf(open).forEach(claim -> claim.interrupted(cause));
    }

    void heard() {
        open.forEach(Follower::catchUp);
    }

    void leaseLost(StoreException cause) {
        List.copyOf(open).forEach(claim -> claim.leaseLost(cause));
    }

    void close() {
        open.clear();
    }
}
