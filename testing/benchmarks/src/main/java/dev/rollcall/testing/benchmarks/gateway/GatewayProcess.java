package dev.rollcall.testing.benchmarks.gateway;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.gateway.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A gateway in a JVM of its own, with its defaults: {@code GatewayProcess port backend-port…}. The backends are registered as instances of {@code orders} in a
 * store in memory, as no store is asked while requests pass.
 */
final class GatewayProcess {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private GatewayProcess() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Rollcall rollcall = Rollcall.connect("memory:");
        for (int i = 1; i < args.length; i++) {
            rollcall.register(Instance.of("orders", "http://127.0.0.1:" + args[i]))
                    .awaitRegistered(LIMIT);
        }
        Gateway gateway = Gateway.builder(rollcall)
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))
                .start();
        System.out.println("listens on " + gateway.address());
        Thread.currentThread().join();
    }
}
