package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.Backoff;
import dev.rollcall.spi.EventLoop;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A backend, driven as the core drives it. */
final class Client implements AutoCloseable {
    static final Duration TTL = Duration.ofSeconds(4);
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);

    private final EventLoop loop = EventLoop.onThread("test-loop");
    private final Backend backend;

    Client(String uri) {
        this(uri, TTL);
    }

    Client(String uri, Duration ttl) {
        backend = new ZooKeeperBackendProvider()
                .open(
                        StoreUri.parse(uri),
                        new BackendContext(
                                "test",
                                loop,
                                new Random(),
                                new Backoff(Duration.ofMillis(50), Duration.ofMillis(500)),
                                ttl,
                                REQUEST_TIMEOUT));
    }

    Backend backend() {
        return backend;
    }

    RecordedInstances watch(String service) {
        RecordedInstances seen = new RecordedInstances();
        backend.watchInstances(service, seen);
        return seen;
    }

    /** Publishes an instance and waits until it is stored. */
    Publication publish(Instance instance) {
        return publish(instance, new RecordedLosses());
    }

    Publication publish(Instance instance, RecordedLosses losses) {
        Publication publication = backend.publish(instance.service(), instance.id(), losses);
        put(publication, instance);
        return publication;
    }

    static void put(Publication publication, Instance instance) {
        await(publication.put(instance).toCompletableFuture());
    }

    static void remove(Publication publication) {
        await(publication.remove().toCompletableFuture());
    }

    static void await(CompletableFuture<Void> stage) {
        try {
            stage.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        backend.close();
        loop.close();
    }
}
