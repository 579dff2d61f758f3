package dev.rollcall.testing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.ecwid.consul.v1.ConsulClient;
import com.ecwid.consul.v1.kv.model.GetValue;
import com.ecwid.consul.v1.kv.model.PutParams;
import com.ecwid.consul.v1.session.model.NewSession;
import dev.rollcall.Live;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.Leader;
import dev.rollcall.coordination.LockHold;
import dev.rollcall.testing.servers.ConsulServers;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code consul lock}, which is Consul's own Go client, and the client that Spring uses, at one key with our locks and elections. */
class ConsulCoordinationTest extends CoordinationNeighbours {
    private static final String LOCKS = "rollcall-claims/locks";

    private static ConsulServers consul;
    private static ConsulClient client;

    @BeforeAll
    static void start() {
        consul = ConsulServers.builder().inMemory().start();
        URI agent = URI.create("http://" + consul.endpoints().get(0));
        client = new ConsulClient(agent.getHost(), agent.getPort());
    }

    @AfterAll
    static void stop() {
        consul.close();
    }

    @Override
    String uri() {
        return consul.uri();
    }

    @Test
    void whoLocksTheKeyByASessionOfHisOwnTakesTurnsWithOurElection() throws Exception {
        String session = client.sessionCreate(new NewSession(), null).getValue();
        try (Live<Optional<Leader>> observed = rollcall.election("jobs/nightly").observe()) {
            Candidacy ours = rollcall.election("jobs/nightly").campaign("ours");
            long first = ours.awaitLeading(PATIENCE);
            GetValue led = client.getKVValue(ELECTION).getValue();
            assertThat(led.getDecodedValue()).isEqualTo("ours");
            assertThat(led.getModifyIndex()).isEqualTo(first);
            assertThat(acquire(session)).as("while we lead").isFalse();

            ours.close();
            eventually().until(() -> acquire(session));
            eventually()
                    .until(() -> observed.reading()
                            .value()
                            .flatMap(leader -> leader)
                            .filter(leader -> leader.candidate().equals("theirs") && leader.token() > first)
                            .isPresent());
            Candidacy again = rollcall.election("jobs/nightly").campaign("ours");
            lasting(() -> !again.isLeading());

            PutParams release = new PutParams();
            release.setReleaseSession(session);
            assertThat(client.setKVValue(ELECTION, "theirs", release).getValue())
                    .isTrue();
            assertThat(again.awaitLeading(PATIENCE)).isGreaterThan(first);
            again.close();
        } finally {
            client.sessionDestroy(session, null);
        }
    }

    private static boolean acquire(String session) {
        PutParams acquire = new PutParams();
        acquire.setAcquireSession(session);
        return client.setKVValue(ELECTION, "theirs", acquire).getValue();
    }

    /** The command locks the key {@code .lock} below what it is given. */
    @Test
    void consulLockWaitsForOurHolderAndWeWaitForIt(@TempDir Path work) throws Exception {
        Path begun = work.resolve("begun");
        Path busy = Files.createFile(work.resolve("busy"));
        LockHold ours = rollcall.lock(".lock").acquire(PATIENCE);
        CompletableFuture<String> lock = CompletableFuture.supplyAsync(() -> consul.consul(
                "lock", LOCKS, "touch " + begun + "; while [ -e " + busy + " ]; do sleep 0.05; done; echo done"));
        eventually()
                .until(() -> client.getSessionList(null).getValue().stream()
                        .anyMatch(session -> session.getName().startsWith("Consul lock for")));
        lasting(() -> !Files.exists(begun) && !lock.isDone());

        ours.close();
        eventually().until(() -> Files.exists(begun));
        assertThat(rollcall.lock(".lock").tryAcquire()).isEmpty();
        CompletableFuture<LockHold> again = rollcall.lock(".lock").acquireAsync(PATIENCE);
        lasting(() -> !again.isDone());

        Files.delete(busy);
        assertThat(lock).succeedsWithin(PATIENCE).asString().contains("done");
        try (LockHold next = again.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            assertThat(next.token()).isGreaterThan(ours.token());
        }
    }
}
