package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/** The small parts that everything else leans on. */
class ConcurrencyTest {
    private static final int THREADS = 4;
    private static final int TASKS = 20_000;

    @Test
    void serialTasksDoNotOverlapAndKeepEachThreadsOrder() throws InterruptedException {
        Serial serial = new Serial();
        int[] counter = new int[1];
        int[] last = new int[THREADS];
        List<String> faults = Collections.synchronizedList(new ArrayList<>());
        run(thread -> {
            for (int i = 1; i <= TASKS; i++) {
                int number = i;
                serial.run(() -> {
                    counter[0]++;
                    if (last[thread] != number - 1) {
                        faults.add(thread + ": " + number + " after " + last[thread]);
                    }
                    last[thread] = number;
                });
            }
        });
        CountDownLatch done = new CountDownLatch(1);
        serial.run(done::countDown);
        done.await();

        assertThat(counter[0]).isEqualTo(THREADS * TASKS);
        assertThat(faults).isEmpty();
    }

    @Test
    void aSerialTaskThatFailsStopsNothing() {
        Serial serial = new Serial();
        List<String> ran = new ArrayList<>();
        serial.run(() -> {
            serial.run(() -> ran.add("second"));
            ran.add("first");
            throw new IllegalStateException("on purpose");
        });

        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void noCallBeginsAfterTheGateIsClosed() throws InterruptedException {
        for (int round = 0; round < 2_000; round++) {
            Gate gate = new Gate();
            AtomicInteger begun = new AtomicInteger();
            Thread caller = new Thread(() -> {
                for (int i = 0; i < 50; i++) {
                    gate.call(begun::incrementAndGet);
                }
            });
            caller.start();
            gate.close();
            int atClose = begun.get();
            caller.join();
            // one may have been let in before the close and count after it
            assertThat(begun.get() - atClose).isBetween(0, 1);
            assertThat(gate.close()).isFalse();
        }
    }

    @Test
    void aGateCanBeClosedFromWithinACall() {
        Gate gate = new Gate();
        gate.call(() -> assertThat(gate.close()).isTrue());

        gate.call(() -> {
            throw new AssertionError("called after close");
        });
        assertThat(gate.isClosed()).isTrue();
    }

    @Test
    void theWindowIsNeverExceededAndNobodyIsForgotten() throws InterruptedException {
        Window window = new Window(3);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        run(thread -> {
            for (int i = 0; i < TASKS / 10; i++) {
                window.acquire(() -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    underWay.decrementAndGet();
                    ended.incrementAndGet();
                    window.release();
                });
            }
        });

        await().atMost(Duration.ofSeconds(10)).until(() -> ended.get() == THREADS * TASKS / 10);
        assertThat(most.get()).isBetween(1, 3);
        assertThat(window.load()).isZero();
    }

    @Test
    void whatEndsAtOnceDoesNotPileUpOnTheStack() {
        Window window = new Window(1);
        AtomicInteger ended = new AtomicInteger();
        window.acquire(() -> {});
        for (int i = 0; i < 100_000; i++) {
            window.acquire(() -> {
                ended.incrementAndGet();
                window.release();
            });
        }
        window.release();

        assertThat(ended.get()).isEqualTo(100_000);
    }

    @Test
    void aReplyIsGivenOnceByTheAnswerOrAtTheDeadline() {
        try (EventLoop loop = EventLoop.onThread("test-loop")) {
            Deadlines deadlines = new Deadlines(loop, Duration.ofMillis(50));
            List<Code> codes = Collections.synchronizedList(new ArrayList<>());
            Deadlines.Limited<String> answered = deadlines.limit((code, value) -> codes.add(code));
            answered.accept(Code.OK, "value");
            answered.accept(Code.NONODE, null);
            Deadlines.Limited<String> silent = deadlines.limit((code, value) -> codes.add(code));
            Deadlines.Limited<String> cancelled = deadlines.limit((code, value) -> codes.add(code));
            cancelled.cancel();

            await().until(silent::isDone);
            silent.accept(Code.OK, "late");
            Deadlines.Limited<String> later = deadlines.limit((code, value) -> codes.add(code));
            await().until(later::isDone);

            assertThat(codes).containsExactly(Code.OK, Code.OPERATIONTIMEOUT, Code.OPERATIONTIMEOUT);
        }
    }

    @Test
    void writtenAndDeletedInOneTransactionIsOnPurpose() {
        NodeRead read = new NodeRead(EventType.NodeDataChanged, 7);
        read.event(EventType.NodeDeleted, 7);
        assertThat(read.isOnPurpose()).isTrue();
        assertThat(read.isOutdated(Code.NONODE, null)).isFalse();
    }

    @Test
    void writtenAndDeletedInTwoTransactionsMayBeACrash() {
        NodeRead read = new NodeRead(EventType.NodeDataChanged, 7);
        read.event(EventType.NodeDeleted, 8);
        assertThat(read.isOnPurpose()).isFalse();
    }

    @Test
    void whereTheServerNamesNoTransactionsOneRightAfterTheOtherIsOnPurpose() {
        NodeRead read = new NodeRead(EventType.NodeDataChanged, -1);
        read.event(EventType.NodeDeleted, -1);
        assertThat(read.isOnPurpose()).isTrue();
        read.event(EventType.NodeCreated, -1);
        read.event(EventType.NodeDeleted, -1);
        assertThat(read.isOnPurpose()).isFalse();
    }

    @Test
    void anAnswerOlderThanAnEventIsAskedForAgain() {
        NodeRead read = new NodeRead(EventType.NodeDataChanged, 7);
        assertThat(read.isOutdated(Code.OK, writtenAt(6))).as("no event since").isFalse();
        read.event(EventType.NodeDataChanged, 9);
        assertThat(read.isOutdated(Code.OK, writtenAt(8))).isTrue();
        assertThat(read.isOutdated(Code.OK, writtenAt(9))).isFalse();
        assertThat(read.isOutdated(Code.NONODE, null)).isTrue();
        read.again();
        assertThat(read.isOutdated(Code.NONODE, null)).isFalse();
    }

    private static Stat writtenAt(long zxid) {
        Stat stat = new Stat();
        stat.setMzxid(zxid);
        return stat;
    }

    private interface Body {
        void run(int thread);
    }

    private static void run(Body body) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads.add(new Thread(() -> body.run(number)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
