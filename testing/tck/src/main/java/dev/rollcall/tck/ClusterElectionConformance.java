package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.spi.Backoff;
import dev.rollcall.testing.servers.ServerNode;
import dev.rollcall.testing.servers.StoreServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;

/** The part of the conformance kit that is about elections in a store of three nodes, of which one at a time dies. It works like {@link Conformance}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ClusterElectionConformance {
    private static final Duration SHORT_TTL = Duration.ofSeconds(2);
    private static final Duration LONG_TTL = Duration.ofSeconds(30);
    private static final int CANDIDATES = 3;

    private final List<Rollcall> clients = new ArrayList<>();
    private @Nullable StoreServers servers;
    private int elections;

    /** For subclasses, which JUnit makes. */
    protected ClusterElectionConformance() {}

    /** Starts a store of three nodes; called once. */
    protected abstract StoreServers startCluster();

    @BeforeAll
    final void startStore() {
        servers = startCluster();
    }

    @AfterAll
    final void stopStore() {
        if (servers != null) {
            servers.close();
        }
    }

    @AfterEach
    final void closeClients() {
        clients.forEach(Rollcall::close);
        clients.clear();
    }

    private StoreServers servers() {
        return Objects.requireNonNull(servers, "the store has not been started");
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(5));
    }

    /** Candidates of one election, each of a client of its own. */
    private List<Candidacy> campaign(Duration ttl) {
        elections++;
        List<Candidacy> candidates = new ArrayList<>();
        for (int i = 0; i < CANDIDATES; i++) {
            Rollcall client = Rollcall.builder(servers().uri())
                    .ttl(ttl)
                    .requestTimeout(Duration.ofSeconds(1))
                    .backoff(new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1)))
                    .closeOnShutdown(false)
                    .connect();
            clients.add(client);
            candidates.add(client.election("jobs/" + elections).campaign("candidate " + i));
        }
        return candidates;
    }

    @Test
    void electionsGoOnWhenTheNodeThatLeadsTheStoreIsKilled(TestReporter reporter) {
        List<Candidacy> candidates = campaign(SHORT_TTL);
        Terms terms = new Terms(candidates);
        eventually().until(terms::look);
        for (int kills = 0; kills < 2; kills++) {
            long before = terms.latest();
            ServerNode node = servers().leader();
            long killed = System.nanoTime();
            node.kill();

            // Who leads needs no store to go on until its lease ends; who is to lead after it does.
            eventually().until(() -> {
                terms.look();
                candidates.stream()
                        .filter(candidate -> candidate.token().orElse(Long.MAX_VALUE) <= before)
                        .forEach(leader -> Testbed.unawaited(leader.resign()));
                return terms.latest() > before;
            });
            reporter.publishEntry(
                    servers() + ": from the kill of the node that led to the next leader",
                    Duration.ofNanos(System.nanoTime() - killed).toMillis() + " ms");
            node.restart();
        }
        eventually().until(terms::look);
    }

    @Test
    void aRollingRestartOfTheStoreElectsNobodyNew() throws InterruptedException {
        List<Candidacy> candidates = campaign(LONG_TTL);
        Terms terms = new Terms(candidates);
        eventually().until(terms::look);
        Candidacy leader =
                candidates.stream().filter(Candidacy::isLeading).findFirst().orElseThrow();
        long token = leader.awaitLeading(LONG_TTL);

        for (ServerNode node : servers().nodes()) {
            node.restart();
            servers().leader();
            terms.look();
        }

        eventually().until(() -> terms.isLeading(leader));
        assertThat(leader.token()).hasValue(token);
        assertThat(terms.latest()).isEqualTo(token);
        leader.close();
        eventually().until(() -> {
            terms.look();
            return terms.latest() > token;
        });
    }
}
