package dev.rollcall.internal;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where listeners, and what is chained to futures, run by default: a virtual thread for each call where the JDK has them (21 and later), else up to 16 daemon threads.
 * Neither queue nor threads grow beyond the number of listeners and of unanswered futures, as each has one task at the most.
 */
final class ListenerThreads {
    private static final int MAX_THREADS = 16;
    private static final long IDLE_SECONDS = 10;

    private ListenerThreads() {}

    static ExecutorService open(String threadName) {
        try {
            return virtualThreads(threadName);
        } catch (ReflectiveOperationException e) {
            return platformThreads(threadName);
        }
    }

    /** By reflection, as Rollcall's language level is 17. */
    private static ExecutorService virtualThreads(String threadName) throws ReflectiveOperationException {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            builder = type.getMethod("name", String.class, long.class).invoke(builder, threadName + "-", 0L);
            ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
            return (ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory);
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException(e.getCause());
        }
    }

    private static ExecutorService platformThreads(String threadName) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, threadName);
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
