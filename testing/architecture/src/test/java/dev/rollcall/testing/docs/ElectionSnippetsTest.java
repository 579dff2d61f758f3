package dev.rollcall.testing.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Live;
import dev.rollcall.Rollcall;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.CandidacyState.Phase;
import dev.rollcall.coordination.DistributedLock;
import dev.rollcall.coordination.Leader;
import dev.rollcall.coordination.LeaderElection;
import dev.rollcall.coordination.LockHold;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The code of the guide's page on elections and locks, run; {@link SnippetsTest} compares it with the page. */
@SuppressWarnings("FutureReturnValueIgnored") // as a reader of the page would write it
class ElectionSnippetsTest {

    @Test
    void campaigning() throws InterruptedException {
        try (Rollcall rollcall = Rollcall.connect("memory:campaigning")) {
            // snippet: campaigning
            LeaderElection election = rollcall.election("jobs/nightly");
            Candidacy candidacy = election.campaign("10.0.0.5:8080"); // stays a candidate until it is closed
            candidacy.listen(state -> {
                if (state.phase() == Phase.LEADING) {
                    System.out.println("leading, term " + state.token());
                } else {
                    System.out.println("not leading, because " + state.cause()); // null: others are before us
                }
            });
            // end of snippet
            candidacy.awaitLeading(Duration.ofSeconds(10));
            AtomicLong steps = new AtomicLong();
            // snippet: leading
            while (candidacy.isLeading()) { // asked before each step
                long token = candidacy.token().orElse(0);
                if (steps.incrementAndGet() > 3) {
                    candidacy.resign(); // to the end of the line
                } else {
                    System.out.println("step " + steps + " under token " + token); // which the receiver should check
                }
            }
            // end of snippet
            // Who is alone in line may lead again before it is asked.
            assertThat(steps).hasValueGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void observing() throws InterruptedException {
        try (Rollcall rollcall = Rollcall.connect("memory:observing")) {
            rollcall.election("jobs/nightly").campaign("10.0.0.5:8080").awaitLeading(Duration.ofSeconds(10));
            // snippet: observing-a-leader
            Live<Optional<Leader>> leader = rollcall.election("jobs/nightly").observe();
            Optional<Leader> now = leader.awaitKnown(Duration.ofSeconds(5));
            System.out.println(now.map(Leader::candidate).orElse("nobody") + " leads");
            leader.listen(reading -> System.out.println(reading)); // Fresh, or Stale with since and cause
            // end of snippet
            assertThat(now.map(Leader::candidate)).contains("10.0.0.5:8080");
        }
    }

    @Test
    void locking() throws InterruptedException {
        try (Rollcall rollcall = Rollcall.connect("memory:locking")) {
            // snippet: locking
            DistributedLock lock = rollcall.lock("invoices");
            try (LockHold hold = lock.acquire(Duration.ofSeconds(10))) {
                hold.onLost(cause -> System.out.println("stop: " + cause.getMessage()));
                System.out.println("writing invoices under token " + hold.token());
            }
            // end of snippet
            // snippet: trying-a-lock
            lock.tryAcquireAsync()
                    .thenAccept(taken -> taken.ifPresent(hold -> {
                        try (hold) {
                            System.out.println("nobody else had it");
                        }
                    }));
            // end of snippet
        }
    }
}
