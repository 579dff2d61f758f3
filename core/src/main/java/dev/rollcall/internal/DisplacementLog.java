package dev.rollcall.internal;

import dev.rollcall.StoreException;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that others have taken a client's registrations: those of one second in one line, as a process that takes over from this one, or was started by
 * mistake with the same configuration, takes all of them at once. What a client that is closed meanwhile has lost needs nobody's attention. Confined to the event loop.
 */
final class DisplacementLog {
    private static final Logger log = LoggerFactory.getLogger(DisplacementLog.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String registry;
    private final EventLoop loop;
    private final Map<String, StoreException> untold = new LinkedHashMap<>();

    DisplacementLog(String registry, EventLoop loop) {
        this.registry = registry;
        this.loop = loop;
    }

    void add(String registration, StoreException why) {
        if (untold.isEmpty()) {
            loop.schedule(PAUSE, this::tell);
        }
        untold.put(registration, why);
    }

    /** One has its id again. */
    void remove(String registration) {
        untold.remove(registration);
    }

    private void tell() {
        if (untold.isEmpty()) {
            return;
        }
        Map.Entry<String, StoreException> first = untold.entrySet().iterator().next();
        String message = first.getValue().getMessage();
        if (untold.size() == 1) {
            log.error(
                    "{}: {}. One of the two is a mistake; ours waits until the other leaves", first.getKey(), message);
        } else {
            log.error(
                    "{}: {} registrations were displaced by others of the same ids, such as {}. Unless a process was to take"
                            + " over from this one, one side is a mistake; ours wait until the others leave",
                    registry,
                    untold.size(),
                    message);
        }
        untold.clear();
    }
}
