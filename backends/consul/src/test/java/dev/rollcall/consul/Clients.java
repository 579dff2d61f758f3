package dev.rollcall.consul;

import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Backoff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;

/** The clients of one test, closed with it, and how it waits. */
final class Clients implements AutoCloseable {
    static final Duration TTL = Duration.ofSeconds(3);
    static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Deque<Rollcall> open = new ArrayDeque<>();

    Rollcall open(String uri) {
        Rollcall client = Rollcall.builder(uri)
                .ttl(TTL)
                .requestTimeout(Duration.ofSeconds(3))
                .backoff(new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1)))
                .closeOnShutdown(false)
                .connect();
        open.push(client);
        return client;
    }

    static ServiceView known(Rollcall client, String service) throws InterruptedException {
        ServiceView view = client.discover(service);
        view.awaitKnown(PATIENCE);
        return view;
    }

    static Registration registered(Rollcall client, Instance instance) throws InterruptedException {
        Registration registration = client.register(instance);
        registration.awaitRegistered(PATIENCE);
        return registration;
    }

    static void stored(CompletableFuture<Void> update) throws Exception {
        update.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    /** Why a view is stale, once it is for a reason of that kind. */
    static StoreException staleBecause(ServiceView view, StoreException.Kind kind) {
        eventually()
                .until(() -> view.reading() instanceof Reading.Stale<Snapshot> stale
                        && stale.cause().kind() == kind);
        return ((Reading.Stale<Snapshot>) view.reading()).cause();
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
