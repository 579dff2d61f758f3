package dev.rollcall.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.memory.ClientLink;
import dev.rollcall.memory.MemoryStore;
import dev.rollcall.tck.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A store and clients of it in virtual time, and the histories of both. */
final class Simulation {
    static final Duration TTL = Duration.ofSeconds(10);

    final VirtualTime time = new VirtualTime();
    /** The loop of all clients. */
    final PreemptedCaller loop = new PreemptedCaller(time);

    final MemoryStore store = MemoryStore.inTimeOf(time);
    final StoreHistory history = new StoreHistory();
    final Random random;
    private final List<Rollcall> clients = new ArrayList<>();
    private final List<ViewHistory> views = new ArrayList<>();

    Simulation(long seed) {
        random = Seeds.random(seed);
        store.observe(history);
    }

    Rollcall client(String name) {
        return client(name, options -> options);
    }

    Rollcall client(String name, UnaryOperator<Rollcall.Builder> options) {
        Rollcall client = options.apply(Rollcall.builder("memory:")
                        .name(name)
                        .provider(store.provider())
                        .eventLoop(loop)
                        .listenerExecutor(time)
                        .random(new Random(random.nextLong()))
                        .ttl(TTL)
                        .closeOnShutdown(false))
                .connect();
        clients.add(client);
        return client;
    }

    /** The way of the clients of this name to the store. */
    ClientLink link(String client) {
        return store.link(client);
    }

    /** Does one of the things that happen to networks, drawn at random, to the way of these clients. */
    void breakLink(String client) {
        ClientLink link = link(client);
        switch (random.nextInt(5)) {
            case 0 -> link.cut();
            case 1 -> link.freeze();
            case 2 -> link.loseReplies();
            case 3 -> link.reset();
            default -> link.delay(Duration.ofMillis(random.nextInt(50)), Duration.ofMillis(50 + random.nextInt(2_000)));
        }
    }

    /** A view whose every reading is checked against the store's history. */
    ViewHistory watch(Rollcall client, String service) {
        ServiceView view = client.discover(service);
        ViewHistory watched = new ViewHistory(view, history);
        views.add(watched);
        return watched;
    }

    List<ViewHistory> views() {
        return views;
    }

    /** The store loses everything. */
    void wipe() {
        loop.preemptNext(Duration.ZERO); // the history must hear of it before anything else happens
        store.wipe();
        history.wiped();
    }

    void advance(Duration span) {
        time.advance(span);
    }

    /** Lets time pass until something holds, which it must within the span. */
    void until(String what, BooleanSupplier condition, Duration atMost) {
        assertThat(time.advanceUntil(condition, atMost))
                .as("%s within %s", what, atMost)
                .isTrue();
    }

    /** No view has ever shown what it must not. */
    void checkViews() {
        assertThat(views.stream().flatMap(view -> view.violations().stream())).isEmpty();
    }

    /** Closes all clients, after which nothing waits any more. */
    void close() {
        List<CompletableFuture<Void>> closed =
                clients.stream().map(Rollcall::closeAsync).toList();
        advance(Duration.ofMinutes(1));
        assertThat(closed).allMatch(CompletableFuture::isDone);
        assertThat(time.pending()).as("tasks and timers left behind").isZero();
    }
}
