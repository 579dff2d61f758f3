package dev.rollcall.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A probe's code that hangs and ignores interruption, and the executor that runs it: on a thread of its own while it hangs, in virtual time
 * otherwise.
 */
final class HangingProbe implements Executor {
    private static final long LONGEST_WAIT_SECONDS = 20;

    private final Executor virtual;
    private final Semaphore hanging = new Semaphore(0);
    private final Deque<Thread> threads = new ArrayDeque<>();
    private volatile CountDownLatch released = new CountDownLatch(0);
    private volatile boolean hangs;
    private int begun;

    HangingProbe(Executor virtual) {
        this.virtual = virtual;
    }

    void hang(boolean hangs) {
        this.hangs = hangs;
    }

    /** How many calls were begun on threads of their own. */
    int begun() {
        return begun;
    }

    /** What the probe calls. */
    void call() {
        CountDownLatch end = released;
        if (end.getCount() == 0) {
            return;
        }
        hanging.release();
        while (true) {
            try {
                end.await();
                return;
            } catch (InterruptedException e) {
                // Goes on waiting: that is what is tested.
            }
        }
    }

    void awaitHanging() throws InterruptedException {
        if (!hanging.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("no call hangs");
        }
    }

    /** Ends what hangs, and waits until it has handed over its result. */
    void letGo() throws InterruptedException {
        released.countDown();
        while (!threads.isEmpty()) {
            Thread thread = threads.pop();
            thread.join(TimeUnit.SECONDS.toMillis(LONGEST_WAIT_SECONDS));
            if (thread.isAlive()) {
                throw new AssertionError(thread + " has not ended");
            }
        }
    }

    @Override
    public void execute(Runnable task) {
        if (!hangs) {
            virtual.execute(task);
            return;
        }
        released = new CountDownLatch(1);
        begun++;
        Thread thread = new Thread(task, "hanging-probe");
        thread.setDaemon(true);
        threads.push(thread);
        thread.start();
    }
}
