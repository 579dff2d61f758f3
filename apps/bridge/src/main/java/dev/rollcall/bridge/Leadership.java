package dev.rollcall.bridge;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Which one of the bridges of a name writes. The one seam to how that is decided.
 *
 * <p>Design note. The leader's mirrors hang on another lease than its leadership, one that lasts longer. So when a leader dies,
 * the next one takes its mirrors over, writing what is there already, before their lease ends, and consumers see nothing. And a leader that is
 * cut off learns that it leads no more while its mirrors' lease lives; so nothing makes its client write them again over the next leader's.
 *
 * <p>A bridge that leads no more, or resigns, leaves what it holds where it is until another has taken it over: a registration that
 * a newcomer displaces is let go, and removes nothing (ADR 5). It goes on removing what leaves the source, for that removes its own entries alone.
 */
interface Leadership {

    /** What is known of who leads. */
    enum Standing {
        /** Nothing yet. */
        UNKNOWN,
        SELF,
        ANOTHER,
        /** Nobody leads at present. */
        NOBODY
    }

    /** Tells the standing at once, and each change of it, on an executor. Called once, before anything else. */
    void start(Executor executor, Consumer<Standing> listener);

    /** Stops leading and seeking to; from completion on another may lead. What is told goes on until {@link #closeAsync}. */
    CompletableFuture<Void> resign();

    /** Whether another may be there to follow. */
    boolean isShared();

    /** Ends it all. Idempotent. */
    CompletableFuture<Void> closeAsync();

    /** That of the only bridge. */
    static Leadership sole() {
        return new Leadership() {
            @Override
            public void start(Executor executor, Consumer<Standing> listener) {
                executor.execute(() -> listener.accept(Standing.SELF));
            }

            @Override
            public CompletableFuture<Void> resign() {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public boolean isShared() {
                return false;
            }

            @Override
            public CompletableFuture<Void> closeAsync() {
                return CompletableFuture.completedFuture(null);
            }
        };
    }
}
