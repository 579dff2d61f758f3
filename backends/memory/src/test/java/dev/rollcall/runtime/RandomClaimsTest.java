package dev.rollcall.runtime;

import static dev.rollcall.tck.Testbed.unawaited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.Leader;
import dev.rollcall.memory.ClientLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random candidates under random faults: never two leaders at a time, tokens that only grow, and once the faults end one leads, of whom all know. */
class RandomClaimsTest {
    private static final List<String> CLIENTS = List.of("a", "b", "c");
    private static final String LINE = "elections/jobs";

    @Test
    void neverTwoLeadersWhateverHappensToLinksAndServers() {
        Seeds.forEach(200, seed -> new Schedule(seed, false).run());
    }

    @Test
    void tokensOnlyGrowEvenIfSomebodyEndsLeasesAndDeletesClaims() {
        Seeds.forEach(100, seed -> new Schedule(seed, true).run());
    }

    private static final class Schedule {
        private final Simulation simulation;
        private final boolean meddling;
        private final Map<String, Rollcall> clients = new HashMap<>();
        private final List<Candidacy> open = new ArrayList<>();
        private final Map<Long, Candidacy> terms = new HashMap<>();
        private final List<Live<Optional<Leader>>> observers = new ArrayList<>();
        private long latest;
        private int campaigns;

        Schedule(long seed, boolean meddling) {
            simulation = new Simulation(seed);
            this.meddling = meddling;
            CLIENTS.forEach(name -> clients.put(name, simulation.client(name)));
            clients.values()
                    .forEach(client -> observers.add(client.election("jobs").observe()));
        }

        void run() {
            campaign();
            int steps = 20 + random(60);
            for (int step = 0; step < steps; step++) {
                if (random(3) == 0) {
                    simulation.loop.preemptNext(Duration.ofMillis(random(1_000)));
                }
                act();
                simulation.loop.preemptNext(Duration.ZERO);
                pass(Duration.ofMillis(random(4) == 0 ? random(30_000) : random(1_000)));
            }
            calm();
            pass(Duration.ofMinutes(1));
            checkEnd();
            open.forEach(candidacy -> unawaited(candidacy.closeAsync()));
            simulation.advance(Duration.ofSeconds(5));
            assertThat(simulation.store.claims(LINE))
                    .as("what is closed is gone")
                    .isEmpty();
            observers.forEach(Live::close);
            simulation.close();
        }

        private void act() {
            switch (random(meddling ? 14 : 12)) {
                case 0, 1, 2 -> campaign();
                case 3 -> resign();
                case 4, 5 -> close();
                case 6, 7 -> breakLink(simulation.link(pick(CLIENTS)));
                case 8, 9, 10 -> simulation.link(pick(CLIENTS)).heal();
                case 11 -> restart();
                case 12 -> simulation.store.endLeases(Set.of(pick(CLIENTS)));
                default -> simulation.store.deleteFirstClaim(LINE);
            }
        }

        private void campaign() {
            if (open.size() < 8) {
                open.add(clients.get(pick(CLIENTS)).election("jobs").campaign("campaign " + ++campaigns));
            }
        }

        private void resign() {
            if (!open.isEmpty()) {
                Candidacy candidacy = pick(open);
                unawaited(candidacy.resign());
                assertThat(candidacy.isLeading()).isFalse();
            }
        }

        private void close() {
            if (!open.isEmpty()) {
                Candidacy candidacy = open.remove(random(open.size()));
                unawaited(candidacy.closeAsync());
                assertThat(candidacy.isLeading()).isFalse();
            }
        }

        private void breakLink(ClientLink link) {
            switch (random(5)) {
                case 0 -> link.cut();
                case 1 -> link.freeze();
                case 2 -> link.loseReplies();
                case 3 -> link.reset();
                default -> link.delay(Duration.ofMillis(random(50)), Duration.ofMillis(50 + random(2_000)));
            }
        }

        private void restart() {
            if (random(2) == 0) {
                simulation.store.kill();
            } else {
                simulation.store.restart();
            }
        }

        /** Lets time pass, and looks at every moment at which something may have happened. */
        private void pass(Duration span) {
            for (long left = span.toMillis(); left > 0; ) {
                long step = Math.min(left, 1 + random(100));
                simulation.advance(Duration.ofMillis(step));
                left -= step;
                check();
            }
        }

        private void check() {
            List<Candidacy> leading = open.stream().filter(Candidacy::isLeading).toList();
            if (!meddling) {
                assertThat(leading).as("leaders at a time").hasSizeLessThan(2);
            }
            for (Candidacy leader : leading) {
                long token = leader.token().orElse(0);
                Candidacy known = terms.putIfAbsent(token, leader);
                if (known == null) {
                    assertThat(token).as("a new leader's token").isGreaterThan(latest);
                    latest = token;
                } else {
                    assertThat(known).as("whose token %d is", token).isSameAs(leader);
                }
            }
        }

        private void calm() {
            simulation.store.restart();
            for (String client : CLIENTS) {
                simulation.link(client).heal();
                simulation.link(client).delay(Duration.ZERO, Duration.ZERO);
            }
        }

        private void checkEnd() {
            List<Candidacy> leading = open.stream().filter(Candidacy::isLeading).toList();
            assertThat(leading).hasSize(open.isEmpty() ? 0 : 1);
            for (Live<Optional<Leader>> observer : observers) {
                assertThat(observer.reading()).isInstanceOf(Reading.Fresh.class);
                assertThat(observer.reading().value().orElseThrow().map(Leader::token))
                        .isEqualTo(leading.stream()
                                .map(leader -> leader.token().orElseThrow())
                                .findFirst());
            }
        }

        private int random(int bound) {
            return simulation.random.nextInt(bound);
        }

        private <T> T pick(List<T> all) {
            return all.get(random(all.size()));
        }
    }
}
