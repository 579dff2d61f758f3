package dev.rollcall.bridge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Elects the first that asked, in the test's own hands. For one thread. */
final class TestElection {
    private final List<Candidate> candidates = new ArrayList<>();
    private Optional<Candidate> leader = Optional.empty();

    Leadership candidate() {
        return new Candidate();
    }

    /** Takes the lead from whoever has it, and gives it to the next. */
    void depose() {
        leader.ifPresent(deposed -> {
            candidates.remove(deposed);
            candidates.add(deposed);
        });
        elect();
    }

    /** From now on nobody leads, and nobody comes to. */
    void suspend() {
        candidates.clear();
        Optional<Candidate> before = leader;
        leader = Optional.empty();
        before.ifPresent(Candidate::tell);
    }

    private void elect() {
        leader = candidates.stream().findFirst();
        candidates.forEach(Candidate::tell);
    }

    private final class Candidate implements Leadership {
        private Executor executor = Runnable::run;
        private Consumer<Standing> listener = standing -> {};
        private boolean resigned;

        @Override
        public void start(Executor executor, Consumer<Standing> listener) {
            this.executor = executor;
            this.listener = listener;
            candidates.add(this);
            elect();
        }

        void tell() {
            Standing standing =
                    leader.isEmpty() ? Standing.NOBODY : leader.get() == this ? Standing.SELF : Standing.ANOTHER;
            executor.execute(() -> listener.accept(standing));
        }

        @Override
        public CompletableFuture<Void> resign() {
            resigned = true;
            candidates.remove(this);
            elect();
            tell();
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public boolean isShared() {
            return true;
        }

        /** As a process that is killed: the others learn of it. */
        @Override
        public CompletableFuture<Void> closeAsync() {
            if (!resigned) {
                candidates.remove(this);
                elect();
            }
            return CompletableFuture.completedFuture(null);
        }
    }
}
