package dev.rollcall.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How often the store is asked again while it is away. */
class RetryTest {
    private static final int REGISTRATIONS = 10_000;

    private final Simulation simulation = new Simulation(1);

    @Test
    void triesAreFewHoweverManyRegistrationsWaitAndAllAreBackSoonAfterTheStore() {
        CountedPuts puts = new CountedPuts(simulation.store.provider(), simulation.time);
        Rollcall client = simulation.client("provider", options -> options.provider(puts));
        List<Registration> registrations = new ArrayList<>();
        for (int i = 0; i < REGISTRATIONS; i++) {
            registrations.add(
                    client.register(Instance.of("orders", "http://10.0." + (i / 250) + "." + (i % 250) + ":80")));
        }
        simulation.until("all registered", () -> simulation.store.revision() == REGISTRATIONS, Duration.ofSeconds(10));
        simulation.advance(Duration.ofSeconds(10));
        puts.forget();

        simulation.store.kill();
        simulation.wipe();
        simulation.advance(Duration.ofHours(1));

        double halfOfCapSeconds = Backoff.defaults().cap().toMillis() / 2_000.0;
        assertThat(puts.count()).isLessThanOrEqualTo((int) (3_600 / halfOfCapSeconds) + 200);
        assertThat(puts.mostWithin(Duration.ofSeconds(1))).isLessThanOrEqualTo(200);
        assertThat(puts.mostWithin(Duration.ofSeconds(1), Duration.ofMinutes(1)))
                .isLessThanOrEqualTo(2);

        simulation.store.restart();
        simulation.advance(Duration.ofSeconds(20));

        assertThat(simulation.store.entries("orders")).hasSize(REGISTRATIONS);
        assertThat(registrations).allMatch(registration -> registration.state().phase() == Phase.REGISTERED);
    }

    @Test
    void pausesGrowToTheCapAndAreJittered() {
        CountedPuts puts = new CountedPuts(simulation.store.provider(), simulation.time);
        simulation.store.kill();
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(4));
        Rollcall client =
                simulation.client("provider", options -> options.provider(puts).backoff(backoff));
        client.register(Instance.of("orders", "http://10.0.0.1:80"));

        simulation.advance(Duration.ofMinutes(10));

        List<Duration> pauses = puts.pauses();
        assertThat(pauses.size()).isBetween(150, 320);
        for (int i = 0; i < pauses.size(); i++) {
            long longest = Math.min(4_000, 100L << Math.min(i, 20));
            assertThat(pauses.get(i)).isBetween(Duration.ofMillis(longest / 2), Duration.ofMillis(longest + 1));
        }
        assertThat(pauses.subList(10, pauses.size()).stream().distinct().count())
                .as("different pauses at the cap")
                .isGreaterThan(pauses.size() / 2);
    }

    @Test
    void anEntryThatTheStoreRefusesIsTriedSlowlyAndStopsNoOther() {
        CountedPuts puts = new CountedPuts(simulation.store.provider(), simulation.time);
        simulation.store.refuse("forbidden", StoreException.Kind.DENIED);
        Rollcall client = simulation.client("provider", options -> options.provider(puts));
        Registration refused = client.register(Instance.of("forbidden", "http://10.0.0.1:80"));
        client.register(Instance.of("orders", "http://10.0.0.1:80"));

        simulation.advance(Duration.ofMinutes(10));

        assertThat(simulation.store.ids("orders")).hasSize(1);
        assertThat(refused.state().phase()).isEqualTo(Phase.REGISTERING);
        assertThat(refused.state().cause()).returns(StoreException.Kind.DENIED, StoreException::kind);
        assertThat(puts.count()).isBetween(50, 300);

        simulation.store.admit("forbidden");
        simulation.advance(Duration.ofSeconds(10));
        assertThat(refused.state().phase()).isEqualTo(Phase.REGISTERED);
    }

    @Test
    void anEntryThatIsDeletedAgainAndAgainIsNotFoughtAtFullSpeed() {
        CountedPuts puts = new CountedPuts(simulation.store.provider(), simulation.time);
        Rollcall client = simulation.client("provider", options -> options.provider(puts));
        client.register(Instance.of("orders", "http://10.0.0.1:80"));

        for (int i = 0; i < 6_000; i++) {
            simulation.store.delete("orders", "10.0.0.1:80");
            simulation.advance(Duration.ofMillis(10));
        }

        assertThat(puts.count()).isLessThan(400);
        simulation.advance(Duration.ofSeconds(10));
        assertThat(simulation.store.ids("orders")).hasSize(1);
    }
}
