package dev.rollcall.tck;

import dev.rollcall.Rollcall;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.testing.servers.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A JVM with one candidate, who writes to a {@link FencedResource} again and again, under its token while it believes to lead; until the resource is gone. */
final class CandidateProcess {
    private static final long PAUSE_NANOS = 2_000_000;

    private CandidateProcess() {}

    static ChildJvm start(String uri, String candidate, Duration ttl, FencedResource resource) throws IOException {
        return ChildJvm.start(
                CandidateProcess.class,
                uri,
                candidate,
                Long.toString(ttl.toSeconds()),
                Integer.toString(resource.port()));
    }

    /** What the other JVM runs: URI, candidate, TTL in seconds, the resource's port. */
    public static void main(String[] arguments) throws IOException {
        FencedResource.Writer resource = new FencedResource.Writer(Integer.parseInt(arguments[3]));
        try (Rollcall rollcall = Rollcall.builder(arguments[0])
                .ttl(Duration.ofSeconds(Long.parseLong(arguments[2])))
                .connect()) {
            Candidacy candidacy = rollcall.election("jobs/nightly").campaign(arguments[1]);
            while (true) {
                resource.write(arguments[1], candidacy.token().orElse(0));
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
