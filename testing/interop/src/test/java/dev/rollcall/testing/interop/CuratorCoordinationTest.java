package dev.rollcall.testing.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Live;
import dev.rollcall.Rollcall;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.Leader;
import dev.rollcall.coordination.LockHold;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.recipes.leader.Participant;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.junit.jupiter.api.Test;

/** Curator's own recipes in one line with our elections and locks: each waits for the other, and follows at once. */
class CuratorCoordinationTest extends ZooKeeperNeighbourTest {
    private static final Duration LONG_TTL = Duration.ofSeconds(30);

    private Rollcall lasting() {
        return closing(Rollcall.builder("zookeeper://" + address() + part)
                .ttl(LONG_TTL)
                .closeOnShutdown(false)
                .connect());
    }

    private String line(String kind, String name) {
        return part + "/services-claims/" + kind + "/" + name;
    }

    private static void awaitLine(CuratorFramework curator, String line, int count) {
        eventually().until(() -> curator.getChildren().forPath(line).size() == count);
    }

    /** Makes sure that something goes on being so, for long enough to be told otherwise. */
    private static void lasting(Callable<Boolean> state) {
        await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(state);
    }

    /** Leads until it is let go. */
    private static final class Term extends LeaderSelectorListenerAdapter {
        private final AtomicBoolean leading = new AtomicBoolean();
        private final CountDownLatch over = new CountDownLatch(1);

        @Override
        public void takeLeadership(CuratorFramework client) throws InterruptedException {
            leading.set(true);
            over.await();
            leading.set(false);
        }
    }

    @Test
    void aLeaderSelectorTakesTurnsWithOurElection() throws Exception {
        Rollcall rollcall = lasting();
        CuratorFramework curator = curator();
        String line = line("elections", "jobs:nightly");
        Live<Optional<Leader>> observed =
                closing(rollcall.election("jobs/nightly").observe());
        Candidacy ours = rollcall.election("jobs/nightly").campaign("ours");
        long first = ours.awaitLeading(PATIENCE);

        Term term = new Term();
        LeaderSelector selector = closing(new LeaderSelector(curator, line, term));
        selector.setId("theirs");
        selector.start();
        awaitLine(curator, line, 2);
        assertThat(selector.getLeader()).isEqualTo(new Participant("ours", true));
        lasting(() -> !term.leading.get() && ours.isLeading());

        assertThat(ours.resign()).succeedsWithin(PATIENCE);
        eventually().until(term.leading::get);
        eventually()
                .until(() -> observed.reading()
                        .value()
                        .flatMap(leader -> leader)
                        .filter(leader -> leader.candidate().equals("theirs") && leader.token() > first)
                        .isPresent());
        awaitLine(curator, line, 2);
        assertThat(selector.getParticipants())
                .containsExactlyInAnyOrder(new Participant("theirs", true), new Participant("ours", false));
        lasting(() -> term.leading.get() && !ours.isLeading());

        term.over.countDown();
        assertThat(ours.awaitLeading(PATIENCE)).isGreaterThan(first);
        ours.close();
    }

    @Test
    void anInterProcessMutexTakesTurnsWithOurLock() throws Exception {
        Rollcall rollcall = lasting();
        CuratorFramework curator = curator();
        String line = line("locks", "invoices");
        InterProcessMutex mutex = new InterProcessMutex(curator, line);
        ExecutorService theirs = Executors.newSingleThreadExecutor(); // a mutex belongs to a thread
        try {
            LockHold ours = rollcall.lock("invoices").acquire(PATIENCE);
            Future<Boolean> acquired = theirs.submit(() -> mutex.acquire(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            awaitLine(curator, line, 2);
            lasting(() -> !acquired.isDone());

            ours.close();
            assertThat(acquired.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(rollcall.lock("invoices").tryAcquire()).isEmpty();
            CompletableFuture<LockHold> again = rollcall.lock("invoices").acquireAsync(PATIENCE);
            awaitLine(curator, line, 2);
            lasting(() -> !again.isDone());

            theirs.submit(() -> {
                        mutex.release();
                        return true;
                    })
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            try (LockHold next = again.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                assertThat(next.token()).isGreaterThan(ours.token());
            }
        } finally {
            theirs.shutdownNow();
        }
    }
}
