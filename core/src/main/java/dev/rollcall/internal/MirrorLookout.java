package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.Subscription;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether what has displaced a registration is a mirror of a bridge, and then has the registration take its id back. Confined to the event loop.
 *
 * <p>Design note. A bridge mirrors only what isn't there, but not every store can write under that condition. So where an instance and a mirror of the same id come in the same
 * moment, the mirror may be the later one; and it is the instance itself that must win, for a mirror stays as long as its origin does. The service is watched for a while after a
 * displacement, once for all of its registrations.
 */
final class MirrorLookout {
    private static final Logger log = LoggerFactory.getLogger(MirrorLookout.class);

    /** What only mirrors have in their metadata; the bridge writes it. */
    private static final String MARK = "rollcall.origin";

    private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);

    private final EventLoop loop;
    private final Function<String, ServiceView> discover;
    private final Map<String, Look> looks = new HashMap<>();

    /** @param discover opens a view of a service; throws {@link IllegalStateException} where nothing is opened any more */
    MirrorLookout(EventLoop loop, Function<String, ServiceView> discover) {
        this.loop = loop;
        this.discover = discover;
    }

    private static boolean isMirror(Instance instance) {
        return instance.metadata().containsKey(MARK);
    }

    /** Begins to look who has displaced it. */
    void displaced(OpenRegistration registration) {
        Instance ours = registration.instance();
        if (isMirror(ours)) {
            return; // by the mirror of a bridge that takes over from this one
        }
        try {
            looks.computeIfAbsent(ours.service(), Look::new).add(ours.id(), registration);
        } catch (IllegalStateException e) {
            log.debug("displaced while the client is closed", e);
        }
    }

    /** One service of which something was displaced. */
    private final class Look {
        private final String service;
        private final ServiceView view;
        private final Subscription subscription;
        private final Alarm end = new Alarm(loop);
        private final Map<String, OpenRegistration> displaced = new HashMap<>();

        Look(String service) {
            this.service = service;
            this.view = discover.apply(service);
            this.subscription = view.listenChanges(loop, changes -> {
                changes.added().forEach(this::judge);
                changes.changed().forEach(change -> judge(change.after()));
            });
        }

        void add(String id, OpenRegistration registration) {
            displaced.put(id, registration);
            end.set(LONGEST_LOOK, this::end);
            shown(id).ifPresent(this::judge);
        }

        private Optional<Instance> shown(String id) {
            return view.reading() instanceof Reading.Fresh<Snapshot> fresh
                    ? fresh.known().find(id)
                    : Optional.empty();
        }

        private void judge(Instance there) {
            OpenRegistration registration = isMirror(there) ? displaced.remove(there.id()) : null;
            if (registration != null) {
                registration.takeBack();
                if (displaced.isEmpty()) {
                    end();
                }
            }
        }

        private void end() {
            end.stop();
            looks.remove(service, this);
            subscription.close();
            view.close();
        }
    }
}
