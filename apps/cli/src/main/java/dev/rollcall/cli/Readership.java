package dev.rollcall.cli;

import java.util.concurrent.CountDownLatch;

/** Whether somebody still reads what listeners print. Safe for use by many threads. */
final class Readership {
    private final CountDownLatch gone = new CountDownLatch(1);

    /** Prints, unless nobody reads it. */
    void print(Runnable lines) {
        try {
            lines.run();
        } catch (OutputClosedException e) {
            gone.countDown();
        }
    }

    /** Waits, for ever if need be, until nobody reads any more. */
    void awaitGone() throws InterruptedException {
        gone.await();
    }
}
