package dev.rollcall.grpc;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import io.grpc.ServerBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A JVM of its own that starts a server only when it shuts down already, and prints what came of it. */
final class StartedTooLate {
    private static final PrintStream OUTPUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private StartedTooLate() {}

    public static void main(String[] arguments) {
        Rollcall rollcall =
                Rollcall.builder("memory:too-late").closeOnShutdown(false).connect();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> startTwice(rollcall)));
    }

    private static void startTwice(Rollcall rollcall) {
        try {
            builder(rollcall).start().close();
        } catch (IOException | IllegalStateException e) {
            OUTPUT.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        try {
            builder(rollcall).closeOnShutdown(false).start().close();
            OUTPUT.println("the id is free again");
        } catch (IOException | IllegalStateException e) {
            OUTPUT.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static RollcallGrpcServer.Builder builder(Rollcall rollcall) {
        Instance instance = Instance.of("orders", "grpc://127.0.0.1:0").withId("me");
        return RollcallGrpcServer.builder(rollcall, instance, ServerBuilder.forPort(0))
                .drainFor(Duration.ZERO);
    }
}
