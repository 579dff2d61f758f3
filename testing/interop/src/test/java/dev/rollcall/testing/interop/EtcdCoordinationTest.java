package dev.rollcall.testing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Live;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.Leader;
import dev.rollcall.coordination.LockHold;
import dev.rollcall.testing.servers.EtcdServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The elections and locks of etcd's own Go package and of etcdctl, in one line with ours: each waits for the other, and follows at once. */
class EtcdCoordinationTest extends CoordinationNeighbours {
    private static final String LOCK = "rollcall-claims/locks/invoices";

    private static EtcdServers etcd;

    @BeforeAll
    static void start() {
        etcd = EtcdServers.start();
    }

    @AfterAll
    static void stop() {
        etcd.close();
    }

    @Override
    String uri() {
        return etcd.uri();
    }

    private static List<String> keys(String line) {
        return etcd.etcdctl("get", "--prefix", "--keys-only", line + "/")
                .lines()
                .filter(key -> !key.isBlank())
                .toList();
    }

    private static void awaitLine(String line, int count) {
        eventually().until(() -> keys(line).size() == count);
    }

    private static GoNeighbour go() throws Exception {
        GoNeighbour go = GoNeighbour.start();
        go.ask("connect", etcd.endpoints().get(0), "rollcall/orders");
        return go;
    }

    @Test
    void anElectionOfGosPackageTakesTurnsWithOurs() throws Exception {
        try (GoNeighbour go = go();
                Live<Optional<Leader>> observed =
                        rollcall.election("jobs/nightly").observe()) {
            Candidacy ours = rollcall.election("jobs/nightly").campaign("ours");
            long first = ours.awaitLeading(PATIENCE);
            assertThat(go.ask("leader", ELECTION)).isEqualTo(first + " ours");
            go.ask("campaign", ELECTION, "theirs");
            awaitLine(ELECTION, 2);
            lasting(() -> go.ask("has", ELECTION).equals("false"));

            assertThat(ours.resign()).succeedsWithin(PATIENCE);
            eventually().until(() -> go.ask("has", ELECTION).equals("true"));
            assertThat(ours.isLeading()).isFalse();
            Leader theirs = awaitLeader(observed, "theirs");
            assertThat(theirs.token()).isGreaterThan(first);
            assertThat(go.ask("leader", ELECTION)).isEqualTo(theirs.token() + " theirs");
            awaitLine(ELECTION, 2);
            lasting(() -> !ours.isLeading());

            go.ask("leave", ELECTION);
            assertThat(ours.awaitLeading(PATIENCE)).isGreaterThan(theirs.token());
            ours.close();
        }
    }

    private static Leader awaitLeader(Live<Optional<Leader>> observed, String candidate) {
        eventually()
                .until(() -> observed.reading()
                        .value()
                        .flatMap(leader -> leader)
                        .filter(leader -> leader.candidate().equals(candidate))
                        .isPresent());
        return observed.reading().value().orElseThrow().orElseThrow();
    }

    @Test
    void aMutexOfGosPackageTakesTurnsWithOurLock() throws Exception {
        try (GoNeighbour go = go()) {
            LockHold ours = rollcall.lock("invoices").acquire(PATIENCE);
            go.ask("lock", LOCK);
            awaitLine(LOCK, 2);
            lasting(() -> go.ask("has", LOCK).equals("false"));

            ours.close();
            eventually().until(() -> go.ask("has", LOCK).equals("true"));
            assertThat(rollcall.lock("invoices").tryAcquire()).isEmpty();
            CompletableFuture<LockHold> again = rollcall.lock("invoices").acquireAsync(PATIENCE);
            awaitLine(LOCK, 2);
            lasting(() -> !again.isDone());

            go.ask("leave", LOCK);
            try (LockHold next = again.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                assertThat(next.token()).isGreaterThan(ours.token());
            }
        }
    }

    @Test
    void etcdctlElectWaitsForOurLeaderAndWeWaitForIt() throws Exception {
        Candidacy ours = rollcall.election("jobs/nightly").campaign("ours");
        long first = ours.awaitLeading(PATIENCE);
        Process elect = etcd.etcdctlProcess("elect", ELECTION, "theirs")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (Live<Optional<Leader>> observed = rollcall.election("jobs/nightly").observe()) {
            awaitLine(ELECTION, 2);
            lasting(ours::isLeading);

            assertThat(ours.resign()).succeedsWithin(PATIENCE);
            Leader theirs = awaitLeader(observed, "theirs");
            assertThat(theirs.token()).isGreaterThan(first);
            awaitLine(ELECTION, 2);
            lasting(() -> !ours.isLeading());

            elect.destroy(); // it resigns
            assertThat(ours.awaitLeading(PATIENCE)).isGreaterThan(theirs.token());
            ours.close();
        } finally {
            elect.destroyForcibly();
        }
    }

    @Test
    void etcdctlLockWaitsForOurHolderAndWeWaitForIt(@TempDir Path work) throws Exception {
        Path busy = Files.createFile(work.resolve("busy"));
        LockHold ours = rollcall.lock("invoices").acquire(PATIENCE);
        CompletableFuture<String> lock = CompletableFuture.supplyAsync(() -> etcd.etcdctl(
                "lock", LOCK, "--", "sh", "-c", "while [ -e " + busy + " ]; do sleep 0.05; done; echo done"));
        awaitLine(LOCK, 2);
        ours.close();
        awaitLine(LOCK, 1);
        CompletableFuture<LockHold> again = rollcall.lock("invoices").acquireAsync(PATIENCE);
        awaitLine(LOCK, 2);
        lasting(() -> !again.isDone() && !lock.isDone());

        Files.delete(busy);
        assertThat(lock).succeedsWithin(PATIENCE).asString().contains("done");
        try (LockHold next = again.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            assertThat(next.token()).isGreaterThan(ours.token());
        }
    }
}
