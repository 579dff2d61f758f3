package dev.rollcall.gateway;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The threads that carry a gateway's traffic, and what runs on them. */
final class EventLoops {
    private EventLoops() {}

    /** Threads without anything on them yet. */
    static Vertx vertx(Settings settings, Shared shared) {
        VertxOptions options = new VertxOptions()
                .setDisableTCCL(true)
                .setEventLoopPoolSize(settings.eventLoops())
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        return Vertx.builder()
                .with(options)
                .withTransport(new GuardedTransport(
                        settings, new Unreadable(shared.metrics(), shared.accessLog(), System::nanoTime)))
                .build();
    }

    /**
     * Starts a worker for each event loop.
     *
     * @throws IOException if the address or the TLS files can't be used; the message says which and why
     */
    static List<Worker> deploy(Vertx vertx, Settings settings, Shared shared, Duration atMost)
            throws IOException, InterruptedException {
        List<Worker> workers = Collections.synchronizedList(new ArrayList<>());
        Supplier<Worker> another = () -> {
            Worker worker = new Worker(settings, shared);
            workers.add(worker);
            return worker;
        };
        try {
            vertx.deployVerticle(another, new DeploymentOptions().setInstances(settings.eventLoops()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return List.copyOf(workers);
        } catch (ExecutionException e) {
            throw new IOException("can't listen on " + shown(settings) + ": " + reason(e), e);
        } catch (TimeoutException e) {
            throw new IOException("can't listen on " + shown(settings) + ": no answer in time", e);
        }
    }

    private static String shown(Settings settings) {
        return settings.listen().getAddress().getHostAddress() + ":"
                + settings.listen().getPort();
    }

    static String reason(Exception failure) {
        Throwable cause = failure.getCause();
        return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    }
}
