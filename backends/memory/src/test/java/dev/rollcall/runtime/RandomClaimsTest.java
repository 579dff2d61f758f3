package dev.rollcall.runtime;

import static dev.rollcall.tck.Testbed.unawaited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.Leader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Random candidates under random faults: never two leaders at a time, tokens that only grow, and once the faults end one leads, of whom all know. */
class RandomClaimsTest {
    private static final String LINE = "elections/jobs";

    @Test
    void neverTwoLeadersWhateverHappensToLinksAndServers() {
        Seeds.forEach(200, seed -> new Schedule(seed, false).run());
    }

    @Test
    void tokensOnlyGrowEvenIfSomebodyEndsLeasesAndDeletesClaims() {
        Seeds.forEach(100, seed -> new Schedule(seed, true).run());
    }

    private static final class Schedule extends RandomHistory {
        private final List<Candidacy> open = new ArrayList<>();
        private final Map<Long, Candidacy> terms = new HashMap<>();
        private final List<Live<Optional<Leader>>> observers = new ArrayList<>();
        private long latest;
        private int campaigns;

        Schedule(long seed, boolean meddling) {
            super(seed, meddling, LINE);
            clients.values()
                    .forEach(client -> observers.add(client.election("jobs").observe()));
        }

        void run() {
            campaign();
            happen();
            heal();
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

        @Override
        void claim(int number) {
            switch (number) {
                case 0, 1, 2 -> campaign();
                case 3 -> resign();
                default -> close();
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

        @Override
        void look() {
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
    }
}
