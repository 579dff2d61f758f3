package dev.rollcall.internal;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backoff;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a client's registrations write to the store, a bounded number at a time, and makes them wait together while the store is away: then
 * one of them tries, with growing jittered pauses, until the store answers. So retries per second don't grow with the number of
 * registrations. Confined to the event loop.
 */
final class Registrar {
    private static final Logger log = LoggerFactory.getLogger(Registrar.class);
    private static final int MAX_IN_FLIGHT = 128;

    private final String registry;
    private final EventLoop loop;
    private final Backoff backoff;
    private final RandomGenerator random;
    private final DisplacementLog displacements;
    private final MirrorLookout mirrors;
    private final Set<OpenRegistration> ready = new LinkedHashSet<>();
    private int inFlight;
    private int failures;
    private EventLoop.@Nullable Timer pause;

    Registrar(String registry, EventLoop loop, Backoff backoff, RandomGenerator random, MirrorLookout mirrors) {
        this.registry = registry;
        this.loop = loop;
        this.backoff = backoff;
        this.random = random;
        this.displacements = new DisplacementLog(registry, loop);
        this.mirrors = mirrors;
    }

    EventLoop loop() {
        return loop;
    }

    /** The pause before a registration's own next try, for a failure that concerns it alone. */
    Duration pause(int failures) {
        return backoff.pause(failures, random);
    }

    /** Puts a registration in line for its next operation. Idempotent. */
    void submit(OpenRegistration registration) {
        ready.add(registration);
        pump();
    }

    /**
     * Makes the registrations of a lost lease wait a little before they come back, to spread over time what many clients are about to do at
     * the same moment because they lost their leases at the same moment.
     */
    void leaseLost(StoreException cause) {
        if (pause == null) {
            log.warn("{}: {}. Its registrations are written again", registry, cause.getMessage());
            pauseFor(backoff.pause(1, random));
        }
    }

    /** Another has taken a registration's id. */
    void displaced(OpenRegistration registration, StoreException cause) {
        displacements.add(registration.name, cause);
        mirrors.displaced(registration);
    }

    /** It is taken back. */
    void tookBack(OpenRegistration registration) {
        displacements.remove(registration.name);
    }

    private void pump() {
        while (pause == null && !ready.isEmpty() && inFlight < (failures == 0 ? MAX_IN_FLIGHT : 1)) {
            OpenRegistration next = ready.iterator().next();
            ready.remove(next);
            CompletionStage<Void> operation = next.begin();
            if (operation != null) {
                inFlight++;
                operation.whenComplete((nothing, failure) -> loop.execute(() -> done(next, failure)));
            }
        }
    }

    private void done(OpenRegistration registration, @Nullable Throwable failure) {
        inFlight--;
        if (failure == null) {
            if (failures > 0) {
                log.info("{} answers again; {} registrations are brought up to date", registry, ready.size());
                failures = 0;
            }
            registration.succeeded();
        } else {
            StoreException cause = storeException(failure);
            if (cause.concernsWholeStore()) {
                storeFailed(cause);
            }
            registration.failed(cause);
        }
        pump();
    }

    private void storeFailed(StoreException cause) {
        if (pause != null) {
            return; // others that were under way have said so already
        }
        failures++;
        Duration wait = backoff.pause(failures, random);
        if (failures == 1) {
            log.warn(
                    "{} can't be written: {}. Registrations wait and are tried again in {} ms, then for ever, every {} s at the latest",
                    registry,
                    cause.getMessage(),
                    wait.toMillis(),
                    backoff.cap().toSeconds());
        }
        pauseFor(wait);
    }

    private void pauseFor(Duration wait) {
        pause = loop.schedule(wait, () -> {
            pause = null;
            pump();
        });
    }

    static StoreException storeException(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof StoreException known
                ? known
                : new StoreException(StoreException.Kind.UNAVAILABLE, "the backend failed: " + cause, cause);
    }
}
