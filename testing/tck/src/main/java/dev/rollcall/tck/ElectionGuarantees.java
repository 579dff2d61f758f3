package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.CandidacyState.Phase;
import dev.rollcall.coordination.Leader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** One leader at a time, whose token is above those before it, whatever happens to links, servers and leases. */
public interface ElectionGuarantees extends Testbed {

    /** So that what happens within {@link #patience} doesn't happen because a lease ended. */
    Duration LONG_TTL = Duration.ofMinutes(2);

    private Candidacy campaign(Rollcall client, String candidate) {
        return client.election("jobs/nightly").campaign(candidate);
    }

    private Rollcall lasting() {
        return open(store().directUri(), options -> options.ttl(LONG_TTL));
    }

    @Test
    default void whoResignsHandsOverAtOnceAndStandsInLineAgain() throws InterruptedException {
        Candidacy first = campaign(lasting(), "a");
        long token = first.awaitLeading(patience());
        Candidacy second = campaign(lasting(), "b");
        Terms terms = new Terms(List.of(first, second));
        lasting(Duration.ofMillis(300)).until(() -> terms.isLeading(first));

        join(first.resign());

        eventually().until(() -> terms.isLeading(second));
        assertThat(second.token().orElseThrow()).isGreaterThan(token);
        second.close();
        eventually().until(() -> terms.isLeading(first));
        assertThat(second.state().phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    default void whoseClientIsClosedHandsOverAtOnce() throws InterruptedException {
        Rollcall client = lasting();
        long token = campaign(client, "a").awaitLeading(patience());
        Candidacy second = campaign(lasting(), "b");

        close(client);

        assertThat(second.awaitLeading(patience())).isGreaterThan(token);
    }

    @Test
    default void twentyCandidatesLeadOnceEach() {
        int count = 20;
        List<Candidacy> candidates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            candidates.add(campaign(lasting(), "candidate " + i));
        }
        Terms terms = new Terms(candidates);
        List<Candidacy> waiting = new ArrayList<>(candidates);
        for (int term = 0; term < count; term++) {
            eventually().until(() -> terms.look());
            List<Candidacy> leading =
                    waiting.stream().filter(Candidacy::isLeading).toList();
            assertThat(leading).hasSize(1);
            waiting.removeAll(leading);
            leading.get(0).close();
        }
        assertThat(waiting).isEmpty();
    }

    @Test
    default void aLeaderThatIsCutOffStopsBeforeTheNextBegins() throws InterruptedException {
        succeeds(store()::cut);
    }

    @Test
    default void aLeaderOfASilentStoreStopsBeforeTheNextBegins() throws InterruptedException {
        succeeds(store()::freeze);
    }

    private void succeeds(Runnable outage) throws InterruptedException {
        Candidacy first = campaign(client(), "a");
        first.awaitLeading(patience());
        Candidacy second = campaign(observer(), "b");
        Terms terms = new Terms(List.of(first, second));
        lasting(Duration.ofMillis(300)).until(() -> terms.isLeading(first));

        outage.run();
        eventually().until(() -> terms.isLeading(second));
        assertThat(first.isLeading()).isFalse();
        store().heal();
        lasting(beyondTtl()).until(() -> terms.isLeading(second));
        eventually()
                .until(() ->
                        first.state().phase() == Phase.WAITING && first.state().cause() == null);
        second.close();

        eventually().until(() -> terms.isLeading(first));
    }

    @Test
    default void anInterruptionThatTheLeaseOutlivesChangesNothing() throws InterruptedException {
        Candidacy leader = campaign(client(options -> options.ttl(LONG_TTL)), "a");
        long token = leader.awaitLeading(patience());
        Candidacy second = campaign(lasting(), "b");
        Terms terms = new Terms(List.of(leader, second));

        store().cut();
        store().heal();

        eventually().until(() -> terms.isLeading(leader));
        lasting(Duration.ofSeconds(1)).until(() -> !terms.isLeading(second));
        eventually().until(() -> terms.isLeading(leader));
        assertThat(leader.token()).hasValue(token);
    }

    @Test
    default void candidatesWhoseLeasesEndCampaignAgain() throws InterruptedException {
        Candidacy first = campaign(client(), "a");
        long before = first.awaitLeading(patience());
        Candidacy second = campaign(observer(), "b");
        lasting(Duration.ofMillis(300)).until(first::isLeading);

        store().expireLeases();

        // Who ends leases by hand takes the leadership away without asking, so that for a moment the old leader doesn't
        // know.
        eventually()
                .until(() ->
                        first.token().orElse(before) > before || second.token().orElse(before) > before);
        eventually().until(() -> first.isLeading() != second.isLeading());
        Candidacy leader = first.isLeading() ? first : second;
        Candidacy other = leader == first ? second : first;
        long token = leader.token().orElseThrow();
        leader.close();
        assertThat(other.awaitLeading(patience())).isGreaterThan(token);
    }

    @Test
    default void aRestartOfTheStoreLeavesOneLeader() throws InterruptedException {
        List<Candidacy> candidates = List.of(campaign(client(), "a"), campaign(observer(), "b"));
        Terms terms = new Terms(candidates);
        eventually().until(terms::look);

        store().kill();
        lasting(ttl()).untilAsserted(terms::look);
        store().restart();

        eventually().until(terms::look);
        lasting(ttl()).until(terms::look);
    }

    @Test
    default void observersSeeWhoLeadsAndSayWhenTheyCannotKnow() throws InterruptedException {
        Live<Optional<Leader>> observed = client().election("jobs/nightly").observe();
        assertThat(observed.awaitKnown(patience())).isEmpty();
        Candidacy first = campaign(observer(), "10.0.0.1");
        Leader leader = new Leader("10.0.0.1", first.awaitLeading(patience()));
        eventually().until(() -> observed.reading().value().equals(Optional.of(Optional.of(leader))));

        store().cut();
        eventually().until(() -> observed.reading() instanceof Reading.Stale);
        Candidacy second = campaign(observer(), "10.0.0.2");
        first.close();
        Leader next = new Leader("10.0.0.2", second.awaitLeading(patience()));
        assertThat(observed.reading().value()).contains(Optional.of(leader));
        store().heal();

        eventually()
                .until(() -> observed.reading() instanceof Reading.Fresh<Optional<Leader>> fresh
                        && fresh.known().equals(Optional.of(next)));
        second.close();
        eventually().until(() -> observed.reading().value().equals(Optional.of(Optional.empty())));
        observed.close();
    }

    @Test
    default void aListenerThatHangsDelaysNobody() throws InterruptedException {
        CountDownLatch released = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean();
        Candidacy hung = campaign(client(), "a");
        hung.listen(state -> {
            hangs.set(true);
            Testbed.awaitQuietly(released);
        });
        try {
            eventually().until(hangs::get);
            long token = hung.awaitLeading(patience());
            List<Phase> told = new ArrayList<>();
            Candidacy second = campaign(observer(), "b");
            second.listen(Runnable::run, state -> told.add(state.phase()));

            lasting(beyondTtl()).until(() -> hung.token().orElse(0) == token);
            hung.close();

            eventually().until(second::isLeading);
            eventually().until(() -> told.contains(Phase.LEADING));
        } finally {
            released.countDown();
        }
    }

    @Test
    default void candidaciesThatWereOpenedAndClosedLeaveNothingBehind() throws InterruptedException {
        Rollcall client = lasting();
        cycle(client, 5);
        int threads = ResourceGuarantees.threads();

        cycle(client, scale().viewCycles() / 10);

        eventually().until(() -> ResourceGuarantees.threads() <= threads + ResourceGuarantees.STRAY_THREADS);
        assertThat(lasting().election("jobs/nightly").observe().awaitKnown(patience()))
                .isEmpty();
    }

    private void cycle(Rollcall client, int cycles) throws InterruptedException {
        for (int i = 0; i < cycles; i++) {
            try (Candidacy candidacy = campaign(client, "a");
                    Candidacy second = campaign(client, "b");
                    Live<Optional<Leader>> observed =
                            client.election("jobs/nightly").observe()) {
                candidacy.awaitLeading(patience());
                second.listen(state -> {});
                observed.awaitKnown(patience());
            }
        }
    }
}
