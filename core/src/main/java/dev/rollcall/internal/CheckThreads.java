package dev.rollcall.internal;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where health checks and identity checks run by default: up to 32 daemon threads, none while nothing is checked. Platform threads on every
 * JDK, because what they bound is also the number of connections and processes that are opened at once. The queue doesn't
 * grow beyond the number of those who check, as each has one task at the most. Code that ignores its timeout and interruption keeps its thread: when
 * all have gone that way, checks wait, and say so.
 */
final class CheckThreads {
    private static final int MAX_THREADS = 32;
    private static final long IDLE_SECONDS = 5;

    private CheckThreads() {}

    static ExecutorService open(String clientName) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, clientName + "-check");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
