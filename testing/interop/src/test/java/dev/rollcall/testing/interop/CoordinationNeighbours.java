package dev.rollcall.testing.interop;

import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client of ours beside the elections and locks of a store's own clients. */
abstract class CoordinationNeighbours {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final String ELECTION = "rollcall-claims/elections/jobs:nightly";

    private static final Duration LONG_TTL = Duration.ofMinutes(2);

    Rollcall rollcall;

    abstract String uri();

    /** A lease that nobody waits for, so that what happens doesn't happen because it ended. */
    @BeforeEach
    void connect() {
        rollcall = Rollcall.builder(uri()).ttl(LONG_TTL).closeOnShutdown(false).connect();
    }

    @AfterEach
    void close() {
        rollcall.close();
    }

    static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    /** Makes sure that something goes on being so, for long enough to be told otherwise. */
    static void lasting(Callable<Boolean> state) {
        await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(state);
    }
}
