package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.tck.FencedResource.Term;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** What becomes of an election whose leader's JVM is killed, as a resource sees it that checks fencing tokens. For stores that another process can reach. */
public interface CandidateProcessGuarantees extends Testbed {

    /** How long nobody leads after the leader's death, at the most and if nothing is slow; by default the {@link #ttl}. */
    default Duration longestVacancy() {
        return ttl();
    }

    @Test
    default void theNextLeadsWithinTheTtlOfAKilledLeaderUnderAGreaterToken(TestReporter reporter) throws IOException {
        try (CandidateProcesses candidates = CandidateProcesses.start(this)) {
            Term term = candidates.awaitTermAfter(0);

            long killed = System.nanoTime();
            candidates.leader(term).kill();

            Duration vacancy = candidates.awaitSuccessor(term, killed, longestVacancy());
            assertThat(candidates.resource().refused()).isEmpty();
            reporter.publishEntry("without a leader after the kill", vacancy.toMillis() + " ms");
        }
    }
}
