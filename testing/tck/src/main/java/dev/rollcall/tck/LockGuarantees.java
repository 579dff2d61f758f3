package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.coordination.DistributedLock;
import dev.rollcall.coordination.LockHold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One holder at a time, whose token is above those before it. */
public interface LockGuarantees extends Testbed {

    @Test
    default void oneHoldsALockAndWhoTriesIsToldSo() throws InterruptedException {
        DistributedLock ours = client().lock("invoices");
        DistributedLock other = observer().lock("invoices");
        long token;
        try (LockHold hold = ours.acquire(patience())) {
            token = hold.token();
            assertThat(hold.isHeld()).isTrue();
            assertThat(other.tryAcquire()).isEmpty();
            assertThat(ours.tryAcquire()).as("not reentrant").isEmpty();
            assertThatThrownBy(() -> other.acquire(Duration.ofMillis(100)))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            late -> assertThat(late.kind()).isEqualTo(StoreException.Kind.TIMEOUT));
        }
        eventually().untilAsserted(() -> {
            try (LockHold hold = other.tryAcquire().orElseThrow()) {
                assertThat(hold.token()).isGreaterThan(token);
            }
        });
    }

    @Test
    default void holdersExcludeEachOtherWhateverHappensToTheirLinks() {
        int holders = 4;
        List<LockHold> holds = new ArrayList<>();
        List<CompletableFuture<LockHold>> asked = new ArrayList<>();
        List<DistributedLock> locks = new ArrayList<>();
        for (int i = 0; i < holders; i++) {
            Rollcall client = i % 2 == 0 ? client() : observer();
            locks.add(client.lock("invoices"));
            asked.add(locks.get(i).acquireAsync(patience()));
        }
        Counter counter = new Counter();
        int rounds = 24;
        for (int round = 0; round < rounds; round++) {
            if (round % 8 == 3) {
                store().cut();
            } else if (round % 8 == 4) {
                store().heal();
            }
            eventually().until(() -> {
                for (int i = 0; i < holders; i++) {
                    CompletableFuture<LockHold> answer = asked.get(i);
                    if (answer.isDone()) {
                        asked.set(i, locks.get(i).acquireAsync(patience()));
                        if (!answer.isCompletedExceptionally()) {
                            holds.add(answer.join());
                        }
                    }
                }
                assertThat(holds.stream().filter(LockHold::isHeld)).hasSizeLessThan(2);
                return holds.stream().anyMatch(LockHold::isHeld);
            });
            LockHold held = holds.stream().filter(LockHold::isHeld).findFirst().orElse(holds.get(holds.size() - 1));
            counter.increment(held);
            held.close();
            holds.remove(held);
        }
        store().heal();
        for (CompletableFuture<LockHold> answer : asked) {
            if (!answer.cancel(false) && !answer.isCompletedExceptionally()) {
                holds.add(answer.join());
            }
        }
        holds.forEach(LockHold::close);
        assertThat(counter.refused).as("writes with a token lower than seen").isZero();
        assertThat(counter.written).isPositive();
    }

    /** What a lock protects, and what refuses tokens that are out of date. */
    final class Counter {
        private long highest;
        private int written;
        private int refused;

        private void increment(LockHold hold) {
            if (hold.token() < highest) {
                refused++;
            } else if (hold.isHeld()) {
                assertThat(hold.token()).isGreaterThan(highest);
                highest = hold.token();
                written++;
            }
        }
    }

    @Test
    default void aLockThatIsLostSaysSoAndStaysLost() throws InterruptedException {
        LockHold hold = client().lock("invoices").acquire(patience());
        AtomicReference<StoreException> loss = new AtomicReference<>();
        hold.onLost(loss::set);

        store().freeze();
        try (LockHold next = observer().lock("invoices").acquire(patience())) {
            assertThat(hold.isHeld()).isFalse();
            store().heal();

            eventually().until(() -> loss.get() != null);
            lasting(beyondTtl()).until(() -> !hold.isHeld() && next.isHeld());
            assertThat(next.token()).isGreaterThan(hold.token());
        }
    }

    @Test
    default void locksThatWereTriedLeaveNothingBehind() throws InterruptedException {
        DistributedLock ours = client().lock("invoices");
        DistributedLock other = observer().lock("invoices");
        for (int i = 0; i < scale().viewCycles() / 20; i++) {
            CompletableFuture<LockHold> cancelled;
            try (LockHold hold = ours.acquire(patience())) {
                cancelled = other.acquireAsync(patience());
                assertThat(hold.isHeld()).isTrue();
            }
            if (!cancelled.cancel(false)) {
                cancelled.join().close(); // it was quicker
            }
        }
        eventually().untilAsserted(() -> {
            try (LockHold hold = observer().lock("invoices").tryAcquire().orElseThrow()) {
                assertThat(hold.isHeld()).isTrue();
            }
        });
    }
}
