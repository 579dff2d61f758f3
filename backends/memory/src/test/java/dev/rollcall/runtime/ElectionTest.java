package dev.rollcall.runtime;

import static dev.rollcall.tck.Testbed.unawaited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.CandidacyState;
import dev.rollcall.coordination.CandidacyState.Phase;
import dev.rollcall.coordination.Leader;
import dev.rollcall.coordination.LeaderElection;
import dev.rollcall.coordination.LockHold;
import dev.rollcall.spi.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ElectionTest {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration MARGIN = Simulation.TTL.dividedBy(10);

    private final Simulation simulation = new Simulation(1);

    private Candidacy campaign(String client) {
        return campaign(impatient(client), client);
    }

    private static Candidacy campaign(Rollcall client, String candidate) {
        return client.election("jobs/nightly").campaign(candidate);
    }

    private Rollcall impatient(String name) {
        return simulation.client(
                name,
                options -> options.requestTimeout(Duration.ofMillis(200))
                        .backoff(new Backoff(Duration.ofMillis(50), Duration.ofMillis(100))));
    }

    private void untilLeading(Candidacy candidacy, Duration atMost) {
        simulation.until("leads", candidacy::isLeading, atMost);
        assertThat(candidacy.token()).isPresent();
    }

    @Test
    void oneLeadsAndTheNextWhenItResigns() {
        Candidacy first = campaign("a");
        untilLeading(first, SOON);
        Candidacy second = campaign("b");
        simulation.advance(Duration.ofMinutes(1));
        assertThat(second.isLeading()).isFalse();
        assertThat(second.state()).returns(Phase.WAITING, CandidacyState::phase).returns(0L, CandidacyState::token);
        long token = first.token().orElseThrow();

        CompletableFuture<Void> resigned = first.resign();

        assertThat(first.isLeading()).isFalse();
        untilLeading(second, SOON);
        simulation.advance(SOON);
        assertThat(resigned).isCompleted();
        assertThat(second.token().orElseThrow()).isGreaterThan(token);
        assertThat(simulation.store.claims("elections/jobs:nightly")).containsExactly("b", "a");

        unawaited(second.closeAsync());
        untilLeading(first, SOON);
        assertThat(second.state().phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void whoResignsAloneLeadsAgainInAnotherTerm() {
        Candidacy only = campaign("a");
        untilLeading(only, SOON);
        long token = only.token().orElseThrow();

        unawaited(only.resign());

        assertThat(only.isLeading()).isFalse();
        untilLeading(only, SOON);
        assertThat(only.token().orElseThrow()).isGreaterThan(token);
    }

    @Test
    void aLeaderThatCannotConfirmItStopsBeforeTheNextBegins() {
        Candidacy first = campaign("a");
        untilLeading(first, SOON);
        Candidacy second = campaign("b");
        simulation.advance(SOON);
        List<CandidacyState> told = new ArrayList<>();
        first.listen(told::add);

        simulation.link("a").freeze();
        Duration frozen = simulation.time.elapsed();
        simulation.until("a stops", () -> !first.isLeading(), Simulation.TTL);
        Duration stopped = simulation.time.elapsed();
        assertThat(second.isLeading()).isFalse();
        assertThat(stopped.minus(frozen)).isGreaterThan(Simulation.TTL.dividedBy(3));
        simulation.until("b leads", second::isLeading, Simulation.TTL);

        assertThat(simulation.time.elapsed().minus(stopped)).isGreaterThanOrEqualTo(MARGIN);
        assertThat(first.isLeading()).isFalse();
        assertThat(told).extracting(CandidacyState::phase).startsWith(Phase.LEADING, Phase.WAITING);
        assertThat(first.state().cause()).isNotNull();
    }

    @Test
    void aLeaderWhoseThreadsStandStillKnowsByTheClock() {
        StalledLoop loop = new StalledLoop(simulation.time);
        Candidacy first = campaign(simulation.client("a", options -> options.eventLoop(loop)), "a");
        untilLeading(first, SOON);
        Candidacy second = campaign("b");
        simulation.advance(SOON);

        loop.stall();
        while (!second.isLeading()) {
            simulation.advance(Duration.ofMillis(10));
            assertThat(first.isLeading() && second.isLeading()).isFalse();
        }

        assertThat(first.state().phase()).as("what its listeners were told").isEqualTo(Phase.LEADING);
        assertThat(first.token()).isEmpty();
        loop.goOn();
        simulation.until("a knows", () -> first.state().phase() == Phase.WAITING, SOON);
        unawaited(second.closeAsync());
        untilLeading(first, SOON);
    }

    @Test
    void aDoubtThatTurnsOutUnfoundedLeavesTheTermAsItWas() {
        Candidacy candidacy = campaign("a");
        untilLeading(candidacy, SOON);
        long token = candidacy.token().orElseThrow();

        simulation.link("a").freeze();
        simulation.until("a doubts", () -> candidacy.state().phase() == Phase.WAITING, Simulation.TTL);
        simulation.link("a").heal();

        untilLeading(candidacy, MARGIN);
        assertThat(candidacy.token()).hasValue(token);
        simulation.until("its listeners know", () -> candidacy.state().phase() == Phase.LEADING, MARGIN);
        assertThat(candidacy.state().cause()).isNull();
    }

    @Test
    void whoLosesItsLeaseGoesToTheEndOfTheLine() {
        Candidacy first = campaign("a");
        untilLeading(first, SOON);
        Candidacy second = campaign("b");
        simulation.advance(SOON);

        simulation.store.endLeases(Set.of("a"));

        untilLeading(second, SOON);
        simulation.until("a is behind b", () -> !first.isLeading(), SOON);
        simulation.advance(SOON);
        assertThat(simulation.store.claims("elections/jobs:nightly")).containsExactly("b", "a");
        unawaited(second.closeAsync());
        untilLeading(first, SOON);
    }

    @Test
    void aLeaderWhoseClaimSomebodyDeletesStepsDown() {
        Candidacy first = campaign("a");
        untilLeading(first, SOON);
        long token = first.token().orElseThrow();

        simulation.store.deleteFirstClaim("elections/jobs:nightly");

        simulation.until("a steps down", () -> !first.isLeading(), SOON);
        untilLeading(first, SOON);
        assertThat(first.token().orElseThrow()).isGreaterThan(token);
    }

    @Test
    void candidatesOfOneClientTakeTurns() {
        Rollcall client = impatient("a");
        List<Candidacy> candidates = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            candidates.add(campaign(client, "candidate " + i));
        }
        long token = 0;
        for (Candidacy candidate : candidates) {
            untilLeading(candidate, SOON);
            assertThat(candidates).filteredOn(Candidacy::isLeading).hasSize(1);
            assertThat(simulation.store.claims("elections/jobs:nightly")).hasSize(1);
            assertThat(candidate.token().orElseThrow()).isGreaterThan(token);
            token = candidate.token().orElseThrow();
            unawaited(candidate.closeAsync());
        }
        simulation.advance(SOON);
        assertThat(simulation.store.claims("elections/jobs:nightly")).isEmpty();
    }

    @Test
    void whatIsClosedBeforeTheStoreAnsweredLeavesNothingBehind() {
        for (int millis = 0; millis < 100; millis++) {
            Rollcall client = impatient("a" + millis);
            simulation.link("a" + millis).delay(Duration.ofMillis(5), Duration.ofMillis(30));
            Candidacy candidacy = campaign(client, "a");
            simulation.advance(Duration.ofMillis(millis));
            unawaited(candidacy.closeAsync());
            simulation.until("closed", () -> candidacy.state().phase() == Phase.CLOSED, SOON);
            simulation.advance(SOON);
            assertThat(simulation.store.claims("elections/jobs:nightly")).isEmpty();
        }
    }

    @Test
    void observersSeeWhoLeadsAndWhatTheyDontKnow() {
        Live<Optional<Leader>> observed =
                impatient("observer").election("jobs/nightly").observe();
        assertThat(observed.reading()).isInstanceOf(Reading.Pending.class);
        simulation.advance(SOON);
        assertThat(observed.reading().value()).contains(Optional.empty());
        Candidacy first = campaign("a");
        untilLeading(first, SOON);
        simulation.advance(SOON);
        Leader leader = new Leader("a", first.token().orElseThrow());
        assertThat(observed.reading())
                .isInstanceOfSatisfying(
                        Reading.Fresh.class, fresh -> assertThat(fresh.known()).isEqualTo(Optional.of(leader)));

        simulation.link("observer").cut();
        simulation.until("stale", () -> observed.reading() instanceof Reading.Stale, SOON);
        unawaited(first.closeAsync());
        simulation.advance(SOON);
        assertThat(observed.reading().value()).contains(Optional.of(leader));
        simulation.link("observer").heal();

        simulation.until("fresh", () -> observed.reading() instanceof Reading.Fresh, SOON);
        assertThat(observed.reading().value()).contains(Optional.empty());
        observed.close();
    }

    @Test
    void electionsOfNestedNamesHaveNothingToDoWithEachOther() {
        Rollcall client = impatient("a");
        Candidacy one = client.election("jobs").campaign("a");
        Candidacy other = client.election("jobs/nightly").campaign("a");
        untilLeading(one, SOON);
        untilLeading(other, SOON);
        CompletableFuture<Optional<LockHold>> lock = client.lock("jobs").tryAcquireAsync();
        simulation.until("the lock of that name was tried", lock::isDone, SOON);
        assertThat(lock.join()).isPresent();
    }

    @Test
    void namesAndDataAreChecked() {
        Rollcall client = impatient("a");
        for (String name : List.of("", "/", "a//b", "a:b", "..", "a/", "x".repeat(201), "a b")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.election(name))
                    .withMessageContaining("expected");
            assertThatIllegalArgumentException().isThrownBy(() -> client.lock(name));
        }
        LeaderElection election = client.election("jobs");
        assertThatIllegalArgumentException().isThrownBy(() -> election.campaign("x".repeat(4_097)));
        assertThatIllegalArgumentException().isThrownBy(() -> election.campaign("\ud800"));
    }

    @Test
    void aClosedClientHasNoCandidates() {
        Rollcall client = impatient("a");
        LeaderElection election = client.election("jobs/nightly");
        Candidacy candidacy = election.campaign("a");
        untilLeading(candidacy, SOON);

        unawaited(client.closeAsync());
        simulation.advance(SOON);

        assertThat(candidacy.state().phase()).isEqualTo(Phase.CLOSED);
        assertThat(simulation.store.claims("elections/jobs:nightly")).isEmpty();
        assertThatThrownBy(() -> election.campaign("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> client.election("jobs")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> candidacy.awaitLeading(SOON))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        closed -> assertThat(closed.kind()).isEqualTo(StoreException.Kind.CLOSED));
        simulation.close();
    }
}
