package dev.rollcall.spi;

import dev.rollcall.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several watches that are reported as one: makes their calls serial, and knows which of them are heard.
 *
 * <p>What comes while another thread is reporting waits in a queue. That is as short as it can be: each watch has one call under way, and
 * whoever reports returns quickly, as {@link InstanceSink} demands of the core.
 */
final class Merge implements Backend.Watch {
    private static final Logger log = LoggerFactory.getLogger(Merge.class);

    private final Runnable report;
    private final Consumer<StoreException> interruption;
    private final List<Part> parts = new ArrayList<>();
    private final List<Backend.Watch> watches = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean closed;
    private boolean started;
    /** Whose cause was told last. */
    private @Nullable Part blamed;

    /**
     * One without parts.
     *
     * @param report tells all that is known, when every part has told all of its own and is heard
     * @param interruption tells that one isn't
     */
    Merge(Runnable report, Consumer<StoreException> interruption) {
        this.report = report;
        this.interruption = interruption;
    }

    /** One of the watches. Its methods are called inside {@link Merge#run} alone. */
    final class Part {
        private long revision;
        private boolean listed;
        private @Nullable StoreException cause;

        /** It has told all of its own. True if with that everything was reported, false if another one is still to be waited for. */
        boolean listed(long at) {
            revision = at;
            listed = true;
            cause = null;
            return reportAll();
        }

        /** It has told something that happened at this revision. */
        void changed(long at) {
            revision = at;
        }

        void interrupted(StoreException why) {
            cause = why;
            blamed = this;
            interruption.accept(why);
        }

        void resumed() {
            if (cause != null) {
                cause = null;
                reportAll();
            }
        }

        private boolean isHeard() {
            return listed && cause == null;
        }
    }

    /** Adds a part; all of them before the first is followed. */
    Part part() {
        Part part = new Part();
        parts.add(part);
        return part;
    }

    /** Begins one of the watches; if that fails, ends those that have begun. */
    <S> void follow(LayoutSource<S> source, S sink) {
        try {
            watches.add(source.watch().apply(sink));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private boolean reportAll() {
        if (parts.stream().allMatch(Part::isHeard)) {
            started = true;
            blamed = null;
            report.run();
            return true;
        }
        if (blamed != null && blamed.cause == null) {
            parts.stream().filter(part -> part.cause != null).findFirst().ifPresent(this::blame);
        }
        return false;
    }

    private void blame(Part part) {
        StoreException cause = part.cause;
        if (cause != null) {
            part.interrupted(cause);
        }
    }

    /** Whether everything has been reported once. */
    boolean isStarted() {
        return started;
    }

    /** The highest revision that any part has told. */
    long revision() {
        return parts.stream().mapToLong(part -> part.revision).max().orElse(0);
    }

    /** Runs the task now, or right after those that run at present, on their thread; not after {@link #close}. */
    void run(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() != 0) {
            return;
        }
        do {
            Runnable next = tasks.poll();
            if (next != null && !closed) {
                runSafely(next);
            }
        } while (waiting.decrementAndGet() != 0);
    }

    private static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("a report from the store was lost. This is a bug, please report it", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        watches.forEach(Backend.Watch::close);
    }
}
