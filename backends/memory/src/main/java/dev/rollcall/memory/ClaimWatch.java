package dev.rollcall.memory;

import dev.rollcall.StoreException;
import dev.rollcall.spi.ClaimHolder;
import dev.rollcall.spi.ClaimSink;
import java.util.Optional;
import java.util.function.Consumer;

/** Follows who is the first in a line. */
final class ClaimWatch extends StoreWatch {
    private final String name;
    private final ClaimSink sink;
    private final Session session;
    private Optional<ClaimHolder> known = Optional.empty();
    private boolean hasLooked;

    ClaimWatch(String name, ClaimSink sink, Session session, Consumer<StoreWatch> onClose) {
        super(Topic.claim(name), session.connection(), onClose);
        this.name = name;
        this.sink = sink;
        this.session = session;
    }

    @Override
    void report(StoreException cause) {
        sink.interrupted(cause);
    }

    @Override
    void look() {
        if (isClosed() || !session.isHeard()) {
            return;
        }
        ClaimSpace.Line line = session.connection().engine().readClaims(name);
        Optional<ClaimHolder> now = line.first().map(first -> new ClaimHolder(first.data(), first.token()));
        if (isInterrupted() || !hasLooked || !now.equals(known)) {
            caughtUp();
            hasLooked = true;
            known = now;
            sink.holder(now, line.revision());
        }
    }
}
