package dev.rollcall.bridge;

import dev.rollcall.LossProtection;
import dev.rollcall.StoreException;
import dev.rollcall.Subscription;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the services of one registry with those of another, live, as long as it is open, and writes nothing. Safe for use by many threads.
 *
 * <p>It compares what consumers see: every instance of the services that are meant, mirrors included, with what the target has under the same id; but
 * for what bridges and layouts note in the metadata. Services that the source doesn't have are not looked at. What is on its way from one
 * to the other is no difference until it has been one for the {@linkplain BridgeOptions.Builder#settle time to settle}.
 */
public final class Comparison implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Comparison.class);
    /** How often the state is made anew at the least, as differences come of age, and at the most. */
    private static final Duration TICK = Duration.ofMillis(500);

    private static final Duration STATE_PAUSE = Duration.ofMillis(20);
    private static final SideState UNKNOWN = new SideState(false, 0, 0, 0, 0, null, null);

    private final BridgeOptions options;
    private final Ends ends;
    private final EventLoop loop;
    private final Published<ComparisonState> state;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    // confined to the loop
    private @Nullable Comparing comparing;
    private boolean stateIsDue;
    private boolean closing;

    private Comparison(BridgeOptions options, Ends ends) {
        this.options = options;
        this.ends = ends;
        this.loop = ends.loop();
        this.state = new Published<>(new ComparisonState(
                UNKNOWN, UNKNOWN, 0, 0, 0, 0, List.of(), null, ends.loop().now()));
    }

    /**
     * Opens a comparison. Returns at once, also while a store is down.
     *
     * @param options of which those about writing don't matter
     * @throws IllegalArgumentException if a URI doesn't suit its backend, or no backend on the class path knows its scheme
     */
    public static Comparison open(BridgeOptions options) {
        return open(options, Ends.connect(options, LossProtection.off()));
    }

    static Comparison open(BridgeOptions options, Ends ends) {
        Comparison comparison = new Comparison(options, ends);
        comparison.loop.execute(comparison::start);
        return comparison;
    }

    private void start() {
        if (!closing) {
            comparing = new Comparing(options, ends.source(), ends.target(), loop, this::changed);
            tick();
        }
    }

    private void tick() {
        if (!closing) {
            publish();
            loop.schedule(TICK, this::tick);
        }
    }

    private void changed() {
        if (!stateIsDue) {
            stateIsDue = true;
            loop.schedule(STATE_PAUSE, this::publish);
        }
    }

    private void publish() {
        stateIsDue = false;
        Comparing open = comparing;
        if (open != null && !closing) {
            state.set(open.state());
        }
    }

    /** How the two compare; half a second old at the most. Costs one volatile read. */
    public ComparisonState state() {
        return state.value();
    }

    /**
     * Tells a listener how the two compare, at once, then at least twice a second; one that is slower is told the latest only.
     *
     * @param executor where the calls run, one at a time
     */
    public Subscription listen(Executor executor, Consumer<? super ComparisonState> listener) {
        return state.listen(executor, listener);
    }

    /**
     * Waits until both ends are known and no difference is too young to count, and returns what differs.
     *
     * @throws StoreException if that wasn't so in time; the message says which end stands in the way
     */
    public ComparisonState awaitCompared(Duration atMost) throws InterruptedException {
        // Also an end that is known may be about to tell more: what was just heard has to settle, too.
        return await(now -> now.known() && now.unsettled() == 0, atMost, "compared");
    }

    /**
     * Waits until the two have been equal for so long without a break.
     *
     * @param span for how long they must be equal; zero or more
     * @throws StoreException if that wasn't so in time; the message says why
     */
    public ComparisonState awaitEqual(Duration span, Duration atMost) throws InterruptedException {
        return await(
                now -> now.equalSince() != null && now.equalFor().compareTo(span) >= 0,
                atMost,
                "equal for " + span.toSeconds() + " s");
    }

    private ComparisonState await(Predicate<ComparisonState> condition, Duration atMost, String what)
            throws InterruptedException {
        if (!state.await(condition, atMost)) {
            String open = state.value().checklist().stream()
                    .filter(check -> !check.holds())
                    .map(check -> check.name() + ": no, " + check.detail())
                    .collect(Collectors.joining("; "));
            throw new StoreException(
                    StoreException.Kind.TIMEOUT,
                    "not " + what + " within " + atMost.toSeconds() + " s" + (open.isEmpty() ? "" : ": " + open));
        }
        return state.value();
    }

    /** Stops following and disconnects; completes when that is done. */
    public CompletableFuture<Void> closeAsync() {
        loop.execute(() -> {
            if (!closing) {
                closing = true;
                if (comparing != null) {
                    comparing.close();
                }
                var unused = ends.disconnect().whenComplete((nothing, failure) -> {
                    loop.close();
                    closed.complete(null);
                });
            }
        });
        return closed.copy();
    }

    /** As {@link #closeAsync}, and waits for it. Idempotent. */
    @Override
    public void close() {
        try {
            closeAsync().get(options.requestTimeout().multipliedBy(4).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.warn("the comparison of {} did not close in order", options, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
