package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which agent is asked, and whether it can be: one small request again and again, for all watches and publications together. Any answer
 * at all means that the agent is there. When none comes, the next agent is tried at once, and after a round of all of them there is a pause. On the
 * serial thread.
 *
 * <p>Design note. Without this each blocking query would find out for itself, after the minute that it is asked to wait, that nobody is there; and a
 * thousand of them would try again on their own.
 */
final class Agents {
    private static final Logger LOG = LoggerFactory.getLogger(Agents.class);
    private static final Call PULSE = Call.get("/v1/status/leader", "");
    private static final Duration SHORTEST_PERIOD = Duration.ofMillis(500);
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(5);
    private static final int TTL_PARTS = 3;

    private final ConsulSettings settings;
    private final Http http;
    private final BackendThread serial;
    private final Duration timeout;
    private final Duration period;
    private final Set<Listener> listeners = new LinkedHashSet<>();

    private int current;
    private boolean up;
    private boolean doubted;
    private int failed;
    private @Nullable StoreException trouble;
    private Http.@Nullable Exchange pulse;
    private EventLoop.@Nullable Timer timer;
    private boolean closed;

    /** Is told when the agents' state changes. */
    interface Listener {
        void up();

        void down(StoreException cause);
    }

    Agents(ConsulSettings settings, Http http, BackendThread serial, Duration timeout, Duration ttl) {
        this.settings = settings;
        this.http = http;
        this.serial = serial;
        this.timeout = timeout;
        Duration part = ttl.dividedBy(TTL_PARTS);
        period = part.compareTo(SHORTEST_PERIOD) < 0
                ? SHORTEST_PERIOD
                : part.compareTo(LONGEST_PERIOD) > 0 ? LONGEST_PERIOD : part;
    }

    void addListener(Listener listener) {
        listeners.add(listener);
    }

    void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    HostPort current() {
        return settings.agents().get(current);
    }

    boolean isUp() {
        return up;
    }

    /** Why no agent can be asked; null while one can, and before that is known. */
    @Nullable
    StoreException trouble() {
        return trouble;
    }

    void open() {
        ask();
    }

    /** A request got no answer: finds out at once whether that is the agent's fault. */
    void suspect() {
        if (up && pulse == null) {
            ask();
        }
    }

    private void ask() {
        if (closed) {
            return;
        }
        stopTimer();
        pulse = http.send(current(), PULSE, timeout, new Http.Reply() {
            @Override
            public void answered(Answer answer) {
                pulse = null;
                timer = serial.schedule(period, Agents.this::ask);
                reached();
            }

            @Override
            public void failed(StoreException cause) {
                pulse = null;
                missed(cause);
            }
        });
    }

    private void reached() {
        doubted = false;
        if (up) {
            return;
        }
        up = true;
        if (trouble != null) {
            LOG.info("{}: the agent at {} answers", settings, current());
        }
        trouble = null;
        failed = 0;
        List.copyOf(listeners).forEach(Listener::up);
    }

    private void missed(StoreException cause) {
        if (up && !doubted && cause.kind() == Kind.TIMEOUT) {
            // a long pause of a busy machine looks the same: ask once more
            doubted = true;
            ask();
            return;
        }
        doubted = false;
        boolean wasUp = up;
        up = false;
        trouble = cause;
        failed++;
        current = (current + 1) % settings.agents().size();
        if (failed % settings.agents().size() == 0) {
            timer = serial.retry(failed / settings.agents().size(), this::ask);
        } else {
            ask();
        }
        if (wasUp || failed == 1) {
            LOG.warn("{}: {}", settings, cause.getMessage());
        }
        List.copyOf(listeners).forEach(listener -> listener.down(cause));
    }

    private void stopTimer() {
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }

    void close() {
        closed = true;
        stopTimer();
        if (pulse != null) {
            pulse.cancel();
        }
        List<Listener> all = new ArrayList<>(listeners);
        listeners.clear();
        LOG.trace("{}: closed with {} listeners", settings, all.size());
    }
}
