package dev.rollcall.internal;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Live;
import dev.rollcall.coordination.DistributedLock;
import dev.rollcall.coordination.Leader;
import dev.rollcall.coordination.LeaderElection;
import dev.rollcall.spi.Backoff;
import dev.rollcall.spi.ClaimStore;
import dev.rollcall.spi.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A client's elections and locks: who claims what, who follows it, and how all that ends with the client. Safe for use by many threads. */
final class Coordination {
    /** One stops to believe in a claim when this part of the TTL is left: more than clocks drift apart in one TTL. */
    static final int MARGINS_PER_TTL = 10;

    private static final int MAX_NAME_CHARS = 200;

    private final String client;
    private final Supplier<ClaimStore> store;
    private final Tools tools;
    private final ClaimLines lines = new ClaimLines();

    private final Object lock = new Object();
    private final Map<String, Shared<WatchedLeader>> watched = new HashMap<>();
    private final Set<Claimant> claimants = new HashSet<>();
    private boolean closed;

    /**
     * What claimants work with.
     *
     * @param margin how much sooner than the store's own deadline one stops to believe
     */
    record Tools(
            EventLoop loop,
            UserThreads userThreads,
            Backoff backoff,
            RandomGenerator random,
            Duration requestTimeout,
            Duration margin) {

        /** To be asked on the loop. */
        Duration pause(int failures) {
            return backoff.pause(failures, random);
        }
    }

    /**
     * Nothing of either kind yet.
     *
     * @param client for messages
     * @param store asked for when it is first needed, as not every backend has one
     */
    Coordination(String client, Supplier<ClaimStore> store, Tools tools) {
        this.client = client;
        this.store = store;
        this.tools = tools;
    }

    LeaderElection election(String name) {
        String inStore = inStore("elections", "election", name);
        requireUsable();
        return new OpenElection(name, inStore, this);
    }

    DistributedLock lock(String name) {
        String inStore = inStore("locks", "lock", name);
        requireUsable();
        return new OpenLock(name, inStore, this);
    }

    private void requireUsable() {
        synchronized (lock) {
            requireOpen();
        }
        requireNonNull(store.get(), "the backend's claims");
    }

    Tools tools() {
        return tools;
    }

    /** In the store a name is one segment of a key, so that {@code jobs} never meets {@code jobs/nightly}; the colon stands for nothing else. */
    private static String inStore(String kind, String what, String name) {
        requireNonNull(name, "name");
        boolean valid = name.length() <= MAX_NAME_CHARS && name.indexOf(':') < 0;
        for (String part : name.split("/", -1)) {
            valid &= Text.isName(part, MAX_NAME_CHARS);
        }
        if (!valid) {
            throw new IllegalArgumentException(what + ": " + Text.quoted(name)
                    + " (expected: visible names without ':', joined by single slashes, such as jobs/nightly, up to "
                    + MAX_NAME_CHARS + " characters)");
        }
        return kind + "/" + name.replace('/', ':');
    }

    static String requireData(String data) {
        requireNonNull(data, "candidate");
        int bytes = Text.isWellFormed(data) ? data.getBytes(StandardCharsets.UTF_8).length : -1;
        if (bytes < 0 || bytes > ClaimStore.MAX_DATA_BYTES) {
            throw new IllegalArgumentException("candidate: " + Text.quoted(data) + " (expected: up to "
                    + ClaimStore.MAX_DATA_BYTES + " bytes of well-formed text)");
        }
        return data;
    }

    /** Somebody who wants something and is closed with the client; {@link #begin} puts it in line. */
    Claimant claimant(String name, String data, Runnable onChange) {
        Claimant claimant = new Claimant(name, data, store.get(), lines, tools, onChange);
        synchronized (lock) {
            requireOpen();
            if (claimants.size() >= DistributedLock.MAX_OPEN) {
                throw new IllegalStateException(client + ": " + claimants.size()
                        + " candidates and locks are open (expected: fewer than " + DistributedLock.MAX_OPEN
                        + "; close what is not needed)");
            }
            claimants.add(claimant);
        }
        var unused = claimant.closed().whenComplete((nothing, failure) -> forget(claimant));
        return claimant;
    }

    /** On the loop. */
    void begin(Claimant claimant) {
        if (claimant.isOpen()) {
            lines.join(claimant);
        }
    }

    private void forget(Claimant claimant) {
        synchronized (lock) {
            claimants.remove(claimant);
        }
    }

    Live<Optional<Leader>> observe(String name, String shown) {
        Shared<WatchedLeader> shared;
        boolean first;
        synchronized (lock) {
            requireOpen();
            first = !watched.containsKey(name);
            shared = watched.computeIfAbsent(name, any -> new Shared<>(new WatchedLeader(tools.loop())));
            shared.handles++;
        }
        if (first) {
            shared.watched.start(store.get(), name);
        }
        return new LiveHandle<>(
                "the leader of " + shown,
                shared.watched.reading(),
                tools.userThreads().listeners(),
                () -> release(name, shared));
    }

    private void release(String name, Shared<WatchedLeader> shared) {
        synchronized (lock) {
            if (--shared.handles > 0 || !watched.remove(name, shared)) {
                return;
            }
        }
        shared.watched.close();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(client + " is closed");
        }
    }

    /** Gives everything up; completes on the loop when the store has confirmed that. Nothing more can be opened. */
    CompletableFuture<Void> closeAll() {
        List<Claimant> open;
        synchronized (lock) {
            closed = true;
            open = List.copyOf(claimants);
        }
        tools.loop().execute(() -> open.forEach(Claimant::close));
        return CompletableFuture.allOf(open.stream().map(Claimant::closed).toArray(CompletableFuture<?>[]::new));
    }

    /** Ends what is followed, after {@link #closeAll}. */
    void closeWatches() {
        List<Shared<WatchedLeader>> open;
        synchronized (lock) {
            open = List.copyOf(watched.values());
            watched.clear();
        }
        open.forEach(shared -> shared.watched.close());
    }

    /** Ends what the store has not confirmed; for when its client is closed and answers no more. On the loop. */
    void abandon() {
        List<Claimant> open;
        synchronized (lock) {
            open = List.copyOf(claimants);
        }
        open.forEach(Claimant::abandon);
    }
}
