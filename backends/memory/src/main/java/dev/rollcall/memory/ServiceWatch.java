package dev.rollcall.memory;

import dev.rollcall.StoreException;
import dev.rollcall.spi.ServiceSink;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows the names of all services. */
final class ServiceWatch extends StoreWatch {
    private final ServiceSink sink;
    private final Session session;
    private @Nullable Set<String> known;

    private record Catalogue(Set<String> names, long revision) {}

    ServiceWatch(ServiceSink sink, Session session, Consumer<StoreWatch> onClose) {
        super(Topic.CATALOGUE, session.connection(), onClose);
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
        Catalogue now = session.connection().engine().read(keys -> new Catalogue(keys.services(), keys.revision()));
        if (isInterrupted() || !now.names.equals(known)) {
            caughtUp();
            known = now.names;
            sink.services(now.names, now.revision);
        }
    }
}
