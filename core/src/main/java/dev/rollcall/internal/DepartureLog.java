package dev.rollcall.internal;

import dev.rollcall.Departure;
import dev.rollcall.Departures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** One caller's record of departures: written by the event loop, taken by anybody. */
final class DepartureLog implements Departures {
    private final Consumer<DepartureLog> onClose;
    private final Deque<Departure> recorded = new ArrayDeque<>();
    private boolean closed;

    DepartureLog(Consumer<DepartureLog> onClose) {
        this.onClose = onClose;
    }

    synchronized void add(List<Departure> departures) {
        if (closed) {
            return;
        }
        for (Departure departure : departures) {
            if (recorded.size() == CAPACITY) {
                recorded.removeFirst();
            }
            recorded.addLast(departure);
        }
    }

    @Override
    public synchronized List<Departure> take() {
        List<Departure> taken = new ArrayList<>(recorded);
        recorded.clear();
        return taken;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            recorded.clear();
        }
        onClose.accept(this);
    }
}
