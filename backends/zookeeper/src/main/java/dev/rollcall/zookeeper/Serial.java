package dev.rollcall.zookeeper;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time in the order in which they came, on the thread that brings the first while the others leave theirs and go on. So
 * an object's state needs no lock, and a reply from the store is handled on the thread that read it, without a hop.
 */
final class Serial {
    private static final Logger log = LoggerFactory.getLogger(Serial.class);

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /** Runs the task now, or right after those that run at present, on their thread. */
    void run(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() != 0) {
            return;
        }
        do {
            Runnable next = tasks.poll();
            if (next != null) {
                runSafely(next);
            }
        } while (waiting.decrementAndGet() != 0);
    }

    private static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("a task of the ZooKeeper backend failed; the others go on. This is a bug, please report it", e);
        }
    }
}
