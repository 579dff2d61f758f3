package dev.rollcall;

import dev.rollcall.health.HealthReport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;

/**
 * One instance's place in the registry, held until it is closed: renewed, and put back with its latest data after whatever
 * the store went through (guarantees G6 and G7). Safe for use by many threads.
 *
 * <p>Futures complete on the threads of {@link Rollcall.Builder#listenerExecutor}, so what is chained to one may take its time.
 */
public interface Registration extends AutoCloseable {

    /**
     * The instance as its owner wants it: the latest update, whether or not it has arrived in the store. Where this says UP
     * and the health check doesn't pass, the store has it as OUT_OF_SERVICE; and where an operator asks for something else, as {@link
     * #override} says.
     */
    Instance instance();

    /** Where the registration stands. Costs one volatile read. */
    RegistrationState state();

    /** Where its health stands; empty if it was registered without a health check. Costs one volatile read. */
    Optional<HealthReport> health();

    /**
     * Tells a listener where its health stands, at once and after each check; as {@link Live#listen(Consumer)}. Without a
     * health check it is told nothing.
     */
    Subscription listenHealth(Consumer<? super HealthReport> listener);

    /**
     * What an operator asks of this instance now, and which is published on top of what its owner wants; see {@link Overrides}. Updates go on beneath
     * it and show when it ends. Costs one volatile read.
     */
    Optional<InstanceOverride> override();

    /** Tells a listener what an operator asks, at once and then each change; as {@link Live#listen(Consumer)}. */
    Subscription listenOverride(Consumer<? super Optional<InstanceOverride>> listener);

    /**
     * Changes the instance: its weight, status, metadata, endpoints. Returns at once; the store is brought up to date in the
     * background, and only the latest of several quick updates is written.
     *
     * @param change applied to {@link #instance()}; must keep service and id
     * @return completes when this update or a later one is stored; fails with {@link StoreException} of kind CLOSED if the
     *     registration is closed first. Cancelling it has no effect on the registration
     * @throws IllegalArgumentException if the change renames the service or the id
     * @throws IllegalStateException if the registration is closed or draining
     */
    CompletableFuture<Void> update(UnaryOperator<Instance> change);

    /**
     * Reports the instance's weight again and again, from now on until this registration drains or closes, or the returned
     * handle is closed: a share of free processor time, what is left of a queue, or a number that the provider sets from
     * elsewhere ({@code AtomicInteger::get}). A supplier that throws, or gives what is no weight, is logged once, asked again
     * the next time, and leaves the weight as it is. Only one at a time makes sense.
     *
     * @param how how often it is asked, and what change is written
     * @param weight called on Rollcall's listener threads, never twice at once, the first time now; it may take its time
     * @return ends the reports; the weight stays as it was reported last
     */
    Subscription reportWeight(WeightReport how, IntSupplier weight);

    /**
     * Waits until the instance is in the store.
     *
     * @throws StoreException if it was not there in time; the message says why. The registration goes on trying
     */
    void awaitRegistered(Duration atMost) throws InterruptedException;

    /**
     * Leaves without failing anybody's request: marks the instance as draining, so that consumers choose it no more, leaves it in the
     * registry for the grace period while it finishes what it has, then removes it.
     *
     * <p>The grace begins when the store has the mark, or after the client's request timeout if it can't be reached. A second call changes nothing. To cut the
     * grace short, {@link #close()}, or register the same id again: the new registration takes the id at once, since an instance that
     * is wanted again must not wait for its own farewell. Health checks end with the mark.
     *
     * @param grace how long from the mark until the removal: zero or more. Give consumers time to notice (milliseconds) and
     *     the longest request time to finish
     * @return completes when the instance is removed and this handle is closed
     */
    CompletableFuture<Void> drain(Duration grace);

    /** Tells a listener the current state at once and then each change; as {@link Live#listen(Consumer)}. */
    Subscription listen(Consumer<? super RegistrationState> listener);

    /** As {@link #listen(Consumer)}, with the calls on an executor of the caller's. */
    Subscription listen(Executor executor, Consumer<? super RegistrationState> listener);

    /** As {@link #close()}, without waiting: completes when the store has confirmed the removal. */
    CompletableFuture<Void> closeAsync();

    /**
     * Removes the instance; nothing puts it back. Idempotent. Waits for the store's confirmation for up to the client's
     * request timeout; where the store can't be reached, the removal goes on in the background while the client is open, and
     * the lease's end removes the instance after that. Must not be called on an I/O thread of the caller's that the store
     * client needs; a listener may call it.
     */
    @Override
    void close();
}
