package dev.rollcall.health;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks by HTTP and reads a bounded part of the answer within a bounded time. Safe for use by many threads.
 *
 * <p>Design note. Before Java 21 the JDK's client can't be closed: its selector thread ends once nobody refers to it and a
 * garbage collection has noticed. So all probes without certificates of their own share one while any of them is in use.
 */
final class Gets {
    /** How much of a body is read; what follows is cut off and its connection closed. */
    static final int MAX_BODY_BYTES = 64 << 10;

    private static final int CALLBACK_THREADS = 4;
    private static final long IDLE_SECONDS = 5;

    private static WeakReference<@Nullable Gets> shared = new WeakReference<>(null);

    private final HttpClient client;

    /**
     * An answer.
     *
     * @param status the HTTP status code
     * @param body the body, or its beginning, read as UTF-8
     */
    record Answer(int status, String body) {}

    private Gets(HttpClient client) {
        this.client = client;
    }

    /** @throws NoClassDefFoundError if this runtime has no HTTP client, which no other class here notices */
    static Gets plain() {
        synchronized (Gets.class) {
            Gets known = shared.get();
            if (known == null) {
                known = open(null);
                shared = new WeakReference<>(known);
            }
            return known;
        }
    }

    /** As {@link #plain()}, for {@code https} with certificates of its own. */
    static Gets trusting(SSLContext tls) {
        return open(tls);
    }

    private static Gets open(@Nullable SSLContext tls) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(callbacks());
        return new Gets((tls == null ? builder : builder.sslContext(tls)).build());
    }

    /**
     * Asks once.
     *
     * @throws HttpTimeoutException if the answer was not complete, or as long as it may be, in time
     */
    Answer get(URI uri, Map<String, String> headers, Duration timeout) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(timeout);
        request.setHeader("User-Agent", "rollcall-check");
        headers.forEach(request::setHeader);
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request.build(), head -> new FirstBytes(MAX_BODY_BYTES));
        try {
            // The request's own timeout ends with the head of the answer, and a body may drip for ever.
            HttpResponse<byte[]> response = exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no complete answer within " + Timeouts.shown(timeout));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HttpTimeoutException) {
                throw new HttpTimeoutException("no complete answer within " + Timeouts.shown(timeout));
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(Timeouts.reason(cause), cause);
        } finally {
            exchange.cancel(true);
        }
    }

    /** Moves bytes and completes futures. */
    private static Executor callbacks() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                CALLBACK_THREADS,
                CALLBACK_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "rollcall-check-http");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
