package dev.rollcall.tck;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionFactory;

/** What the tests of the kit work with: one store, and clients of it that are closed after each test. {@link Conformance} provides it. */
public interface Testbed {

    /** The store, healed, and at a part of it that is empty when a test begins. */
    StoreUnderTest store();

    /**
     * Opens a client that is closed after the test. It has the TTL {@link #ttl}, a request timeout of 1 s, short pauses between tries and no
     * shutdown hook, unless the options say otherwise.
     */
    Rollcall open(String uri, UnaryOperator<Rollcall.Builder> options);

    /** Closes a client before the test ends, and holds it no longer. */
    void close(Rollcall client);

    /** A client over the links that can be cut. */
    default Rollcall client() {
        return open(store().uri(), options -> options);
    }

    /** A client with a life of its own over the links that can be cut. */
    default Rollcall client(UnaryOperator<Rollcall.Builder> options) {
        return open(store().uri(), options);
    }

    /** A client that the faults of links don't touch. */
    default Rollcall observer() {
        return open(store().directUri(), options -> options);
    }

    /** How long entries outlive their client in the tests; by default 2 s. Whole seconds, as short as the store allows. */
    default Duration ttl() {
        return Duration.ofSeconds(2);
    }

    /** Long enough for an entry that nobody renews to be gone. */
    default Duration beyondTtl() {
        return ttl().plusSeconds(1);
    }

    /** How long a test waits for what must happen before it fails: generous, as machines are loaded; by default 30 s. */
    default Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** How many services, listeners and cycles the tests of the guarantees G9 and G10 use; by default {@link Scale#chosen}. */
    default Scale scale() {
        return Scale.chosen();
    }

    /** Waits for what must become true. */
    default ConditionFactory eventually() {
        return await().atMost(patience()).pollInterval(Duration.ofMillis(20));
    }

    /** Waits until the store itself has exactly these entries of a service. */
    default void awaitStored(String service, Set<String> ids) {
        eventually().until(() -> store().ids(service).equals(ids));
    }

    /** Makes sure that something holds, and goes on holding for a time. */
    default ConditionFactory lasting(Duration time) {
        return await().during(time).atMost(time.plus(patience())).pollInterval(Duration.ofMillis(20));
    }

    /** Lets something go on by itself: what comes of it is to be seen in the store. */
    static void unawaited(CompletableFuture<?> goingOn) {
        requireNonNull(goingOn, "goingOn");
    }

    /** Waits for an answer, but not for ever. */
    default void join(CompletableFuture<?> answer) {
        assertThat(answer).succeedsWithin(patience());
    }

    /** A view that knows the service, of a client that isn't closed before the test ends. */
    default ServiceView known(Rollcall client, String service) throws InterruptedException {
        ServiceView view = client.discover(service);
        view.awaitKnown(patience());
        return view;
    }

    /** How far a reading knows the store; 0 while it knows nothing. */
    static long revision(Reading<?> reading) {
        if (reading instanceof Reading.Fresh<?> fresh) {
            return fresh.revision();
        }
        return reading instanceof Reading.Stale<?> stale ? stale.revision() : 0;
    }

    /** For code that is to hang until the test lets it go. */
    static void awaitQuietly(CountDownLatch released) {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
