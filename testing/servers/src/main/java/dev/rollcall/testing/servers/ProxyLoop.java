package dev.rollcall.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a proxy. Everything about its connections happens here; {@link #run} and {@link #call} bring work to
 * it and wait until it is done. After each turn every link passes on what it may, which is work in proportion to the
 * number of links: good for the hundreds of connections that a test opens.
 */
final class ProxyLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyLoop.class);
    private static final int SCRATCH_BYTES = 64 * 1024;
    private static final int MAX_LINKS = 4_096;
    private static final int BACKLOG = 1_024;

    private final InetSocketAddress address;
    private final InetSocketAddress target;
    private final Selector selector;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Faults faults = new Faults();
    private final Set<Link> links = new LinkedHashSet<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private @Nullable ServerSocketChannel listener;
    private long accepted;
    private volatile boolean closed;

    ProxyLoop(InetSocketAddress address, InetSocketAddress target) {
        this.address = address;
        this.target = target;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::loop, "proxy " + address.getPort());
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs the task on the loop's thread, lets all links follow the change, and returns then. */
    void run(Runnable task) {
        call(() -> {
            task.run();
            return true;
        });
    }

    <T> T call(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        synchronized (tasks) {
            if (closed) {
                throw new IllegalStateException("the proxy on port " + address.getPort() + " is closed");
            }
            tasks.add(() -> {
                try {
                    T value = question.get();
                    advance();
                    letGo();
                    answer.complete(value);
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                }
            });
        }
        selector.wakeup();
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the proxy on port " + address.getPort() + " failed", e.getCause());
        }
    }

    /** False when it was closed before. */
    boolean close() {
        synchronized (tasks) {
            if (closed) {
                return false;
            }
            closed = true;
        }
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    InetSocketAddress target() {
        return target;
    }

    Faults faults() {
        return faults;
    }

    Collection<Link> links() {
        return links;
    }

    long accepted() {
        return accepted;
    }

    void listen() {
        if (listener != null) {
            return;
        }
        try {
            ServerSocketChannel opened = ServerSocketChannel.open();
            opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            opened.bind(address, BACKLOG);
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_ACCEPT);
            listener = opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void refuse() {
        if (listener == null) {
            return;
        }
        try {
            listener.close();
            listener = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void resetAll() {
        links.forEach(Link::reset);
        links.clear();
    }

    private void loop() {
        try (selector) {
            while (!closed) {
                selector.select(this::ready, timeoutMillis());
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                advance();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the proxy on port {} ended", address.getPort(), e);
        } finally {
            end();
        }
    }

    /** Nobody may be left waiting for an answer: tasks that are still there fail on the selector, which is closed. */
    private void end() {
        synchronized (tasks) {
            closed = true;
        }
        refuse();
        resetAll();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** How long nothing can happen by itself, rounded up; 0 means for ever. */
    private long timeoutMillis() {
        long due = links.stream().mapToLong(Link::dueNanos).min().orElse(Long.MAX_VALUE);
        return due == Long.MAX_VALUE ? 0 : 1 + Math.max(0, TimeUnit.NANOSECONDS.toMillis(due - System.nanoTime()));
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Link link) {
            try {
                link.ready(key, scratch, System.nanoTime());
            } catch (RuntimeException e) {
                LOG.warn("the proxy on port {} drops a connection", address.getPort(), e);
                link.reset();
            }
        } else if (key.isValid() && key.isAcceptable()) {
            accept((ServerSocketChannel) key.channel());
        }
    }

    private void accept(ServerSocketChannel from) {
        try {
            SocketChannel client = from.accept();
            if (client == null) {
                return;
            }
            accepted++;
            if (links.size() == MAX_LINKS) {
                LOG.warn("the proxy on port {} has {} connections: one more is refused", address.getPort(), MAX_LINKS);
                client.close();
            } else {
                links.add(new Link(selector, client, target, faults));
            }
        } catch (IOException e) {
            LOG.warn("the proxy on port {} could not accept", address.getPort(), e);
        }
    }

    /** Lets each link pass on what it may now. */
    private void advance() {
        long now = System.nanoTime();
        links.removeIf(link -> !link.advance(now));
    }

    /** Makes the closing of channels real: a closed channel keeps its socket until the selector has let go of it. */
    private void letGo() {
        try {
            selector.selectNow(this::ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
