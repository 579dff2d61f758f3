package dev.rollcall.tck;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.testing.servers.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A JVM which registers one instance and then waits to be stopped or killed. */
final class ProviderProcess {
    private ProviderProcess() {}

    static ChildJvm start(String uri, Instance instance, Duration ttl) throws IOException {
        return ChildJvm.start(
                ProviderProcess.class,
                uri,
                instance.service(),
                instance.endpoint().toString(),
                Long.toString(ttl.toSeconds()));
    }

    /** What the other JVM runs: URI, service, endpoint, TTL in seconds. */
    public static void main(String[] arguments) throws InterruptedException {
        Rollcall rollcall = Rollcall.builder(arguments[0])
                .ttl(Duration.ofSeconds(Long.parseLong(arguments[3])))
                .connect();
        rollcall.register(Instance.of(arguments[1], arguments[2]));
        new CountDownLatch(1).await();
    }
}
