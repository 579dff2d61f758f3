package dev.rollcall.memory;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A client's way to the store: requests that are answered, fail or run into their deadline, and word of changes. On the client's loop,
 * but for what says otherwise.
 */
final class Connection {
    private final StoreEngine engine;
    private final ClientLink link;
    private final EventLoop loop;
    private final Duration requestTimeout;
    private final Consumer<StoreException> onLoss;
    private final String writer;
    private final Pipe toStore;
    private final Pipe toClient;
    private final Set<Request<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A request that waits for its answer. */
    private final class Request<T> {
        final CompletableFuture<T> answer = new CompletableFuture<>();
        final Supplier<T> question;
        final EventLoop.Timer deadline;

        Request(String what, Supplier<T> question) {
            this.question = question;
            this.deadline = loop.schedule(requestTimeout, () -> fail(timeout(what)));
            underWay.add(this);
        }

        void succeed(T value) {
            end();
            answer.complete(value);
        }

        void fail(StoreException cause) {
            end();
            answer.completeExceptionally(cause);
        }

        private void end() {
            deadline.close();
            underWay.remove(this);
        }
    }

    /** @param onLoss is told on the loop when the connection was closed by the other side */
    Connection(StoreEngine engine, ClientLink link, BackendContext context, Consumer<StoreException> onLoss) {
        this.engine = engine;
        this.link = link;
        this.loop = context.loop();
        this.requestTimeout = context.requestTimeout();
        this.onLoss = onLoss;
        this.writer = engine.join(context.clientName());
        this.toStore = new Pipe(link, context.loop(), context.random());
        this.toClient = new Pipe(link, context.loop(), context.random());
        link.add(this);
    }

    /** The name under which the store knows this client. */
    String writer() {
        return writer;
    }

    StoreEngine engine() {
        return engine;
    }

    EventLoop loop() {
        return loop;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Asks the store to do something.
     *
     * @param what the request, for error messages
     * @param question runs in the store; what it returns or throws is the answer
     */
    <T> CompletionStage<T> request(String what, Supplier<T> question) {
        Request<T> request = new Request<>(what, question);
        if (closed) {
            request.fail(closed(what));
        } else if (isRefused()) {
            loop.execute(() -> request.fail(unavailable(what)));
        } else {
            toStore.send(() -> carryOut(request));
        }
        return request.answer;
    }

    /** Has the loop run something after what the store sent before. Lost if the connection is. */
    void deliver(Runnable news) {
        if (!closed && !isRefused() && !link.isLosingReplies()) {
            toClient.send(() -> {
                if (!closed) {
                    news.run();
                }
            });
        }
    }

    /** Gives up what is under way, as before connecting anew. */
    void abandon(StoreException cause) {
        toStore.clear();
        toClient.clear();
        underWay.forEach(request -> request.fail(cause));
    }

    /** The other side closes the connection. From any thread. */
    void reset() {
        loop.execute(() -> {
            if (!closed) {
                StoreException cause = unavailable("connection");
                abandon(cause);
                onLoss.accept(cause);
            }
        });
    }

    /** What was held arrives. From any thread. */
    void thaw() {
        loop.execute(() -> {
            toStore.deliver();
            toClient.deliver();
        });
    }

    /** Ends everything that this client holds in the store, if that can be reached. From any thread; idempotent. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        link.remove(this);
        engine.leave(writer, !isRefused() && !link.isFrozen());
        underWay.forEach(request -> request.fail(closed("request")));
    }

    private <T> void carryOut(Request<T> request) {
        if (closed) {
            return;
        }
        try {
            T value = request.question.get();
            deliver(() -> request.succeed(value));
        } catch (StoreException e) {
            deliver(() -> request.fail(e));
        }
    }

    private boolean isRefused() {
        return link.isCut() || engine.isDown();
    }

    private StoreException unavailable(String what) {
        return new StoreException(
                Kind.UNAVAILABLE,
                what + ": the memory store can't be reached over the link " + link.name()
                        + ", which is cut or whose store is stopped; it is tried again until the link heals");
    }

    private StoreException timeout(String what) {
        return new StoreException(
                Kind.TIMEOUT,
                what + ": no answer from the memory store within " + requestTimeout.toMillis() + " ms over the link "
                        + link.name() + "; whether it was carried out is unknown, it is tried again");
    }

    private StoreException closed(String what) {
        return new StoreException(Kind.CLOSED, what + ": the client " + writer + " is closed");
    }
}
