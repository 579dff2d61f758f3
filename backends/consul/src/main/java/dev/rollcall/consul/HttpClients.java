package dev.rollcall.consul;

import java.lang.ref.WeakReference;
import java.net.http.HttpClient;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP clients that backends use. Safe for use by many threads.
 *
 * <p>Design note. Before Java 21 such a client can't be closed: its selector thread and pooled connections end once nobody refers to it and a garbage
 * collection has noticed. So that opening and closing backends leaves no trail of them until then, all that speak plain HTTP share
 * one while any of them is open. Those with certificates of their own have one each.
 */
final class HttpClients {
    private static final int THREADS = 2;
    private static final long IDLE_SECONDS = 5;
    private static final Executor CALLBACKS = callbacks();

    private static WeakReference<@Nullable HttpClient> plain = new WeakReference<>(null);

    private HttpClients() {}

    static HttpClient client(ConsulSettings settings) {
        if (settings.tls()) {
            return builder().sslContext(ClientTls.context(settings)).build();
        }
        synchronized (HttpClients.class) {
            HttpClient shared = plain.get();
            if (shared == null) {
                shared = builder().build();
                plain = new WeakReference<>(shared);
            }
            return shared;
        }
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(CALLBACKS);
    }

    /** Moves bytes and completes futures; whatever takes time is handed to a backend's own thread. */
    private static Executor callbacks() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "rollcall-consul-http");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
