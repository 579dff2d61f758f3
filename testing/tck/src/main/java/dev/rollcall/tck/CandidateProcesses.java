package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.tck.FencedResource.Term;
import dev.rollcall.testing.servers.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** JVMs that campaign against each other, and the resource that whoever leads writes to. */
final class CandidateProcesses implements AutoCloseable {
    private static final int COUNT = 2;

    private final Testbed testbed;
    private final FencedResource resource;
    private final Map<String, ChildJvm> jvms = new HashMap<>();

    private CandidateProcesses(Testbed testbed, FencedResource resource) {
        this.testbed = testbed;
        this.resource = resource;
    }

    /** Starts them, and waits until each campaigns. */
    static CandidateProcesses start(Testbed testbed) throws IOException {
        CandidateProcesses processes = new CandidateProcesses(testbed, FencedResource.open());
        try {
            processes.startAll();
            return processes;
        } catch (IOException | RuntimeException | Error e) {
            processes.close();
            throw e;
        }
    }

    private void startAll() throws IOException {
        for (int i = 0; i < COUNT; i++) {
            String candidate = "candidate " + i;
            jvms.put(
                    candidate, CandidateProcess.start(testbed.store().directUri(), candidate, testbed.ttl(), resource));
        }
        testbed.eventually().until(() -> resource.heard().equals(jvms.keySet()));
    }

    FencedResource resource() {
        return resource;
    }

    /** The JVM of whoever leads in a term. */
    ChildJvm leader(Term term) {
        return Objects.requireNonNull(jvms.get(term.candidate()));
    }

    /** Waits for writes under a token greater than this one. */
    Term awaitTermAfter(long token) {
        return testbed.eventually()
                .until(
                        resource::latest,
                        latest -> latest.filter(term -> term.token() > token).isPresent())
                .orElseThrow();
    }

    /** As {@link #awaitTermAfter}, of a candidate other than the one before, and within the TTL of what happened to that one. */
    Duration awaitSuccessor(Term before, long happenedNanos, Duration longestVacancy) {
        Term next = awaitTermAfter(before.token());
        assertThat(next.candidate()).isNotEqualTo(before.candidate());
        Duration vacancy = Duration.ofNanos(next.beganNanos() - happenedNanos);
        assertThat(vacancy).isLessThan(longestVacancy.plus(LossGuarantees.SLACK));
        return vacancy;
    }

    @Override
    public void close() {
        jvms.values().forEach(ChildJvm::close);
        resource.close();
    }
}
