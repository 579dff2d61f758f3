package dev.rollcall.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Departure;
import dev.rollcall.Departure.Cause;
import dev.rollcall.Departures;
import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a view says of why somebody left: as much as the store shows, and no more. */
class DeparturesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final String name = UUID.randomUUID().toString();
    private final MemoryStore store = MemoryStore.named(name);
    private Rollcall provider;
    private Rollcall consumer;
    private ServiceView view;
    private Departures departures;

    @BeforeEach
    void open() {
        provider = client("provider");
        consumer = client("consumer");
        view = consumer.discover("orders");
        departures = view.recordDepartures();
    }

    @AfterEach
    void close() {
        consumer.close();
        provider.close();
    }

    @Test
    void whoDeregistersSaysFarewell() throws Exception {
        Registration registration = register();
        registration.close();
        awaitEmpty();
        assertThat(departures.take()).extracting(Departure::cause).containsExactly(Cause.FAREWELL);
        assertThat(departures.take()).as("what was taken already").isEmpty();
    }

    @Test
    void whoDrainsIsLastKnownAsDraining() throws Exception {
        Registration registration = register();
        var unused = registration.drain(Duration.ofMillis(300));
        await().atMost(LIMIT).until(() -> view.instances().get(0).status() == Status.DRAINING);
        awaitEmpty();
        assertThat(departures.take()).singleElement().satisfies(departure -> {
            assertThat(departure.cause()).isEqualTo(Cause.FAREWELL);
            assertThat(departure.instance().status()).isEqualTo(Status.DRAINING);
        });
    }

    @Test
    void whoseLeaseEndsHasVanished() throws Exception {
        register();
        store.link("provider").cut();
        awaitEmpty();
        assertThat(departures.take()).extracting(Departure::cause).containsExactly(Cause.VANISHED);
    }

    @Test
    void whoLeavesWhileTheStoreIsNotHeardIsUnseen() throws Exception {
        register();
        store.link("consumer").cut();
        await().atMost(LIMIT).until(() -> view.reading() instanceof Reading.Stale);
        provider.close();
        store.compact();
        store.link("consumer").heal();
        awaitEmpty();
        assertThat(departures.take()).extracting(Departure::cause).containsExactly(Cause.UNSEEN);
    }

    @Test
    void whoIsNotAskedForRecordsNothing() throws Exception {
        departures.close();
        register().close();
        awaitEmpty();
        assertThat(departures.take()).isEmpty();
    }

    private Registration register() throws InterruptedException {
        Registration registration = provider.register(Instance.of("orders", "http://10.0.0.1:80"));
        await().atMost(LIMIT).until(() -> view.instances().size() == 1);
        return registration;
    }

    private void awaitEmpty() {
        await().atMost(LIMIT)
                .until(() -> view.reading() instanceof Reading.Fresh
                        && view.instances().equals(List.of()));
    }

    private Rollcall client(String client) {
        return Rollcall.builder("memory:" + name)
                .name(client)
                .ttl(Duration.ofSeconds(1))
                .lossProtection(LossProtection.off())
                .connect();
    }
}
