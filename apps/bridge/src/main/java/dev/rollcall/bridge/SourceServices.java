package dev.rollcall.bridge;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.Subscription;
import java.time.Instant;
import java.util.SortedSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The source's services that are selected, as they come and go. One that goes is followed until it is seen to be empty, so that an outage, or what
 * is held in case of one, takes nothing away. Confined to the loop.
 */
final class SourceServices implements AutoCloseable {
    private final ServiceNames names;
    private final FollowedServices followed;
    private final Predicate<FollowedService> forgettable;
    private final Consumer<String> onForgotten;
    private final @Nullable Live<SortedSet<String>> catalogue;
    private final @Nullable Subscription subscription;
    private @Nullable Reading<SortedSet<String>> reading;
    private boolean closed;

    /**
     * Begins to follow.
     *
     * @param forgettable whether nothing depends any more on a service that is gone
     * @param onForgotten told the name of a service that is no longer followed
     */
    SourceServices(
            Rollcall client,
            ServiceNames names,
            FollowedServices followed,
            Executor loop,
            Predicate<FollowedService> forgettable,
            Consumer<String> onForgotten,
            Runnable onChange) {
        this.names = names;
        this.followed = followed;
        this.forgettable = forgettable;
        this.onForgotten = onForgotten;
        if (names.areListed()) {
            catalogue = null;
            subscription = null;
            names.listed().forEach(followed::follow);
        } else {
            catalogue = client.services();
            subscription = catalogue.listen(loop, now -> {
                if (!closed) {
                    read(now);
                    onChange.run();
                }
            });
        }
    }

    private void read(Reading<SortedSet<String>> now) {
        reading = now;
        now.value().ifPresent(all -> all.stream().filter(names::selects).forEach(followed::follow));
        followed.all().stream().toList().forEach(this::forgetIfGone);
    }

    /** To be called when a service was heard of. */
    void forgetIfGone(FollowedService service) {
        if (reading instanceof Reading.Fresh<SortedSet<String>> fresh
                && !fresh.known().contains(service.name())
                && service.isFresh()
                && service.isEmpty()
                && forgettable.test(service)) {
            followed.forget(service.name());
            onForgotten.accept(service.name());
        }
    }

    /** Whether it is known which services there are, and each of them has been heard of. */
    boolean areKnown() {
        return (catalogue == null || (reading != null && reading.value().isPresent())) && followed.areKnown();
    }

    /** The services' state, with that of their list. */
    SideState state() {
        SideState services = followed.state();
        if (catalogue == null || services.cause() != null) {
            return services;
        }
        if (reading instanceof Reading.Stale<SortedSet<String>> stale) {
            return with(services, services.known(), stale.since(), stale.cause());
        }
        if (reading instanceof Reading.Pending<SortedSet<String>> pending && pending.cause() != null) {
            return with(services, false, pending.since(), pending.cause());
        }
        return areKnown() ? services : with(services, false, null, null);
    }

    private static SideState with(
            SideState state, boolean known, @Nullable Instant since, @Nullable StoreException cause) {
        return new SideState(
                known, state.services(), state.instances(), state.held(), state.undecodable(), since, cause);
    }

    @Override
    public void close() {
        closed = true;
        if (subscription != null) {
            subscription.close();
        }
        if (catalogue != null) {
            catalogue.close();
        }
    }
}
