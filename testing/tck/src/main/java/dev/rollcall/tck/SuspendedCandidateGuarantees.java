package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.tck.FencedResource.Term;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * What becomes of an election whose leader's JVM stands still for longer than its lease lasts, and then goes on. For stores that another process can reach; where leases are long, a
 * test that takes its time.
 */
public interface SuspendedCandidateGuarantees extends Testbed {

    @Test
    default void aLeaderThatStoodStillLeadsNoMoreAndWhatItWritesLateIsRefused(TestReporter reporter)
            throws IOException, InterruptedException {
        try (CandidateProcesses candidates = CandidateProcesses.start(this)) {
            Term term = candidates.awaitTermAfter(0);

            long suspended = System.nanoTime();
            candidates.leader(term).pause();
            Duration vacancy = candidates.awaitSuccessor(term, suspended, ttl());
            Term next = candidates.resource().latest().orElseThrow();
            candidates.leader(term).resume();

            // It may have stood still between asking whether it leads and writing: once.
            lasting(Duration.ofMillis(500))
                    .until(() -> candidates.resource().refused().size() <= 1);
            candidates.leader(next).terminate();
            assertThat(candidates.awaitTermAfter(next.token()).candidate()).isEqualTo(term.candidate());
            assertThat(candidates.resource().refused()).hasSizeLessThan(2);
            reporter.publishEntry("without a leader after the suspension", vacancy.toMillis() + " ms");
        }
    }
}
