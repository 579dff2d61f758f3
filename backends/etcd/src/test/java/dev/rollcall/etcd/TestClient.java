package dev.rollcall.etcd;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.Backoff;
import dev.rollcall.spi.EventLoop;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A backend with what the core would lend to it. */
final class TestClient implements AutoCloseable {
    private final EventLoop loop;
    final Backend backend;

    private TestClient(String uri, Duration ttl, Duration requestTimeout) {
        loop = EventLoop.onThread("test-loop");
        BackendContext context = new BackendContext(
                "test",
                loop,
                new Random(1),
                new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1)),
                ttl,
                requestTimeout);
        backend = new EtcdBackendProvider().open(StoreUri.parse(uri), context);
    }

    static TestClient connect(String uri) {
        return new TestClient(uri, Duration.ofSeconds(10), Duration.ofSeconds(5));
    }

    static TestClient connect(String uri, Duration ttl, Duration requestTimeout) {
        return new TestClient(uri, ttl, requestTimeout);
    }

    /** Follows a service. */
    RecordedInstances watch(String service) {
        RecordedInstances sink = new RecordedInstances();
        backend.watchInstances(service, sink);
        return sink;
    }

    /** Publishes an instance and waits until it is in the store. */
    Published publish(Instance instance) {
        RecordedLosses losses = new RecordedLosses();
        Publication publication = backend.publish(instance.service(), instance.id(), losses);
        await(publication.put(instance));
        return new Published(publication, losses);
    }

    record Published(Publication publication, RecordedLosses losses) {}

    /** Puts as the core does: again and again while a connection that is being given up takes the put down with it. */
    static void putAtLast(Publication publication, Instance instance) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            try {
                await(publication.put(instance));
                return true;
            } catch (StoreException again) {
                return false;
            }
        });
    }

    static void await(CompletionStage<Void> stage) {
        try {
            stage.toCompletableFuture().get(90, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (TimeoutException e) {
            throw new AssertionError("not completed within 90 s", e);
        }
    }

    @Override
    public void close() {
        backend.close();
        loop.close();
    }
}
