package dev.rollcall.runtime;

import static dev.rollcall.tck.Testbed.unawaited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.coordination.LockHold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Who asks for one lock at random under random faults: never two hold it at a time, tokens only grow, what is lost stays lost and says so once, nobody waits longer
 * than he wanted to, and once the faults end everybody who waits has his turn.
 */
class RandomLocksTest {
    private static final String LINE = "locks/invoices";

    @Test
    void neverTwoHoldersWhateverHappensToLinksAndServers() {
        Seeds.forEach(200, seed -> new Schedule(seed, false).run());
    }

    @Test
    void tokensOnlyGrowEvenIfSomebodyEndsLeasesAndDeletesClaims() {
        Seeds.forEach(100, seed -> new Schedule(seed, true).run());
    }

    /** Somebody who has asked for the lock, until he has it or is told that he won't. */
    private static final class Waiter {
        private final int number;
        private final String client;
        private final CompletableFuture<Optional<LockHold>> asked;
        private final Duration deadline;
        private final boolean inLine;
        private int overtaken;

        Waiter(
                int number,
                String client,
                CompletableFuture<Optional<LockHold>> asked,
                Duration deadline,
                boolean inLine) {
            this.number = number;
            this.client = client;
            this.asked = asked;
            this.deadline = deadline;
            this.inLine = inLine;
        }
    }

    /** Somebody who had the lock, and what was seen of that. */
    private static final class Holder {
        private final LockHold hold;
        private int losses;
        private boolean over;
        private boolean gaveBack;
        private final Duration givenBackAt;

        Holder(LockHold hold, Duration givenBackAt) {
            this.hold = hold;
            this.givenBackAt = givenBackAt;
            hold.onLost(cause -> losses++);
        }
    }

    private static final class Schedule extends RandomHistory {
        private static final Duration LONGEST_HOLD = Duration.ofMinutes(1);
        private static final Duration LONGEST_BRIEF_HOLD = Duration.ofSeconds(2);
        private static final Duration TRY_LIMIT = Duration.ofSeconds(3); // the default request timeout
        private static final int ROUNDS = 3;
        private static final Duration HANDOVER = Duration.ofSeconds(1);

        private final List<Waiter> waiting = new ArrayList<>();
        private final List<Holder> holders = new ArrayList<>();
        private long latest;
        private int asks;
        private boolean calm;
        private int granted;

        Schedule(long seed, boolean meddling) {
            super(seed, meddling, LINE);
        }

        void run() {
            happen();
            heal();
            askByAll();
            calm = true;
            pass(Duration.ofMinutes(2));
            everybodyHasHisTurn();
            assertThat(granted).as("holders in all").isGreaterThan(CLIENTS.size() * ROUNDS);
            checkLosses();
            assertThat(simulation.store.claims(LINE))
                    .as("what is given back is gone")
                    .isEmpty();
            simulation.close();
        }

        @Override
        void claim(int number) {
            switch (number) {
                case 4 -> tryIt(pick(CLIENTS));
                case 5 -> cancel();
                default -> ask(pick(CLIENTS), Duration.ofMillis(random(120_000)));
            }
        }

        private void ask(String client, Duration atMost) {
            CompletableFuture<LockHold> asked =
                    clients.get(client).lock("invoices").acquireAsync(atMost);
            CompletableFuture<Optional<LockHold>> told = asked.thenApply(Optional::of);
            waiting.add(new Waiter(asks++, client, told, now().plus(atMost), true));
        }

        private void tryIt(String client) {
            waiting.add(new Waiter(
                    asks++,
                    client,
                    clients.get(client).lock("invoices").tryAcquireAsync(),
                    now().plus(TRY_LIMIT),
                    false));
        }

        private void cancel() {
            String client = pick(CLIENTS);
            CompletableFuture<LockHold> asked =
                    clients.get(client).lock("invoices").acquireAsync(Duration.ofMinutes(5));
            pass(Duration.ofMillis(random(2_000)));
            if (!asked.cancel(false) && !asked.isCompletedExceptionally()) {
                unawaited(asked.join().closeAsync());
            }
        }

        @Override
        void look() {
            List<Waiter> answered =
                    waiting.stream().filter(waiter -> waiter.asked.isDone()).toList();
            waiting.removeAll(answered);
            answered.stream()
                    .filter(waiter -> !waiter.asked.isCompletedExceptionally()
                            && waiter.asked.join().isPresent())
                    .sorted(Comparator.comparing(
                            waiter -> waiter.asked.join().orElseThrow().token()))
                    .forEach(this::granted);
            assertThat(waiting)
                    .as("who wait longer than they wanted to")
                    .allMatch(waiter -> now().compareTo(waiter.deadline) <= 0);
            checkHolders();
        }

        private void granted(Waiter waiter) {
            granted++;
            LockHold hold = waiter.asked.join().orElseThrow();
            assertThat(hold.token()).as("a new holder's token").isGreaterThan(latest);
            latest = hold.token();
            assertThat(waiting.stream().filter(other -> other.client.equals(waiter.client) && other.inLine))
                    .as("who of the same client asked before and still wait")
                    .allMatch(other -> !waiter.inLine || other.number > waiter.number);
            for (String client : CLIENTS) {
                waiting.stream()
                        .filter(other -> other.client.equals(client) && !client.equals(waiter.client))
                        .findFirst()
                        .ifPresent(head -> head.overtaken++);
            }
            boolean brief = calm || random(2) == 0;
            Duration longest = brief ? LONGEST_BRIEF_HOLD : LONGEST_HOLD;
            holders.add(new Holder(hold, now().plusMillis(200 + random((int) longest.toMillis() - 200))));
        }

        private void checkHolders() {
            List<Holder> holding =
                    holders.stream().filter(holder -> holder.hold.isHeld()).toList();
            assertThat(holding).as("who hold it in spite of a loss").noneMatch(holder -> holder.over);
            if (!meddling) {
                assertThat(holding).as("holders at a time").hasSizeLessThan(2);
            }
            for (Holder holder : holders) {
                if (!holder.hold.isHeld()) {
                    holder.over = true;
                } else if (now().compareTo(holder.givenBackAt) >= 0) {
                    holder.gaveBack = true;
                    holder.over = true;
                    unawaited(holder.hold.closeAsync());
                    assertThat(holder.hold.isHeld()).isFalse();
                }
            }
        }

        private void askByAll() {
            for (int round = 0; round < ROUNDS; round++) {
                CLIENTS.forEach(client -> ask(client, Duration.ofMinutes(30)));
            }
        }

        /** Nobody waits while nobody holds it, and nobody is overtaken again and again. */
        private void everybodyHasHisTurn() {
            waiting.forEach(waiter -> waiter.overtaken = 0);
            int more = granted + 10;
            Duration lastHeld = now();
            while (!waiting.isEmpty()) {
                int before = granted;
                pass(Duration.ofMillis(10));
                if (granted > before && granted < more) {
                    ask("a", Duration.ofMinutes(30));
                    ask("a", Duration.ofMinutes(30));
                }
                if (holders.stream().anyMatch(holder -> holder.hold.isHeld())) {
                    lastHeld = now();
                }
                assertThat(now().minus(lastHeld))
                        .as("nobody has it, and %d wait", waiting.size())
                        .isLessThan(HANDOVER);
                assertThat(waiting).as("who starve").allMatch(waiter -> waiter.overtaken <= CLIENTS.size());
            }
            pass(LONGEST_BRIEF_HOLD.plus(HANDOVER));
        }

        private void checkLosses() {
            for (Holder holder : holders) {
                assertThat(holder.hold.isHeld()).isFalse();
                assertThat(holder.losses).as("calls of onLost").isEqualTo(holder.gaveBack ? 0 : 1);
            }
        }

        private Duration now() {
            return simulation.time.elapsed();
        }
    }
}
