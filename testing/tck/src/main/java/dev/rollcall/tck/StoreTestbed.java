package dev.rollcall.tck;

import dev.rollcall.Rollcall;
import dev.rollcall.spi.Backoff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;

/** One store for all tests of a class, and clients that are closed after each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoreTestbed implements Testbed {
    private final Deque<Rollcall> clients = new ArrayDeque<>();
    private @Nullable StoreUnderTest store;

    StoreTestbed() {}

    /** Starts the store; called once. */
    protected abstract StoreUnderTest openStore();

    @BeforeAll
    final void startStore() {
        store = openStore();
    }

    @AfterAll
    final void stopStore() {
        if (store != null) {
            store.close();
        }
    }

    @BeforeEach
    final void isolate() {
        store().isolate();
    }

    @AfterEach
    final void closeClients() {
        List<Executable> steps = new ArrayList<>();
        steps.add(() -> store().heal());
        clients.forEach(client -> steps.add(client::close));
        clients.clear();
        // All of them, whatever one throws, as the next test would meet who is left.
        Assertions.assertAll("after the test", steps);
    }

    @Override
    public StoreUnderTest store() {
        return Objects.requireNonNull(store, "the store has not been started");
    }

    @Override
    public Rollcall open(String uri, UnaryOperator<Rollcall.Builder> options) {
        Rollcall client = options.apply(Rollcall.builder(uri)
                        .ttl(ttl())
                        .requestTimeout(Duration.ofSeconds(1))
                        .backoff(new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1)))
                        .closeOnShutdown(false))
                .connect();
        clients.push(client);
        return client;
    }

    @Override
    public void close(Rollcall client) {
        client.close();
        clients.remove(client);
    }
}
