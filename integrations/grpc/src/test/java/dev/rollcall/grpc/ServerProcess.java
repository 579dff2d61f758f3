package dev.rollcall.grpc;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.testing.servers.ChildJvm;
import io.grpc.ServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A JVM with a registered server in it, to be stopped or killed. */
final class ServerProcess {
    private ServerProcess() {}

    static ChildJvm start(String uri, String name) throws IOException {
        return ChildJvm.start(ServerProcess.class, uri, name);
    }

    /** What the other JVM runs: URI, name. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Rollcall rollcall =
                Rollcall.builder(arguments[0]).ttl(Duration.ofSeconds(5)).connect();
        String name = arguments[1];
        RollcallGrpcServer.builder(
                        rollcall,
                        Instance.of("orders", "grpc://127.0.0.1:0").withId(name),
                        ServerBuilder.forPort(0).addService(Hello.service(() -> name)))
                .drainFor(Duration.ofMillis(500))
                .start();
        new CountDownLatch(1).await();
    }
}
