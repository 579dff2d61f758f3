package dev.rollcall.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Where a client runs its users' code: on executors of theirs, or else on its own, which end with it. Listeners and what is chained to futures have threads
 * apart, so that a listener that hangs keeps no answer waiting. Safe for use by many threads.
 */
final class UserThreads implements AutoCloseable {
    private final List<Runnable> ends = new ArrayList<>();
    private final Executor listeners;
    private final Executor answers;
    private final Executor checks;

    UserThreads(String clientName, @Nullable Executor listeners, @Nullable Executor checks) {
        if (listeners != null) {
            this.listeners = listeners;
            this.answers = listeners;
        } else {
            ExecutorService ownListeners = ListenerThreads.open(clientName + "-listener");
            ExecutorService ownAnswers = ListenerThreads.open(clientName + "-answer");
            ends.add(ownListeners::shutdown);
            ends.add(ownAnswers::shutdown);
            this.listeners = ownListeners;
            this.answers = ownAnswers;
        }
        if (checks != null) {
            this.checks = checks;
        } else {
            ExecutorService ownChecks = CheckThreads.open(clientName);
            ends.add(ownChecks::shutdownNow);
            this.checks = ownChecks;
        }
    }

    Executor listeners() {
        return listeners;
    }

    Executor checks() {
        return checks;
    }

    /** Runs what completes a future that a user may have chained something to; here if the client is closed, as those who wait must learn it. */
    void answer(Runnable completion) {
        try {
            answers.execute(completion);
        } catch (RejectedExecutionException closed) {
            completion.run();
        }
    }

    /** The same outcome for a user. */
    Outcome told(Outcome outcome) {
        Outcome told = new Outcome();
        var unused = outcome.whenComplete((nothing, failure) -> answer(() -> {
            if (failure == null) {
                told.succeed();
            } else {
                told.fail(failure);
            }
        }));
        return told;
    }

    /** Ends the threads that are the client's own, once they have done what is waiting; checks are interrupted. */
    @Override
    public void close() {
        ends.forEach(Runnable::run);
    }
}
