package dev.rollcall.testing.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.Rollcall;
import dev.rollcall.grpc.RollcallGrpc;
import dev.rollcall.grpc.RollcallGrpcServer;
import dev.rollcall.jackson.JacksonDecoder;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The code of the guide's page on gRPC, run; {@link SnippetsTest} compares it with the page. */
class GrpcSnippetsTest {

    @Test
    void channel() {
        try (Rollcall rollcall = Rollcall.connect("memory:grpc-channel")) {
            // snippet: grpc-channel
            ManagedChannel orders = RollcallGrpc.of(rollcall)
                    .configure(ManagedChannelBuilder.forTarget("rollcall:///orders"))
                    .usePlaintext()
                    .build();
            // end of snippet
            assertThat(orders.authority()).isEqualTo("orders");
            orders.shutdownNow();
        }
    }

    @Test
    void ownRegistry() {
        // snippet: grpc-own-registry
        ManagedChannel orders = ManagedChannelBuilder.forTarget("rollcall:///orders")
                .setNameResolverArg(RollcallGrpc.REGISTRY, "etcd://10.0.0.1:2379,10.0.0.2:2379")
                .defaultLoadBalancingPolicy("rollcall_peak_ewma") // without one, gRPC sends everything to one instance
                .usePlaintext()
                .build();
        // end of snippet
        assertThat(orders.getState(false)).isEqualTo(ConnectivityState.IDLE);
        orders.shutdownNow();
    }

    @Test
    void policy() {
        try (Rollcall rollcall = Rollcall.connect("memory:grpc-policy")) {
            // snippet: grpc-policy
            Map<String, ?> leastLoaded = Map.of(
                    "loadBalancingConfig",
                    List.of(Map.of("rollcall_least_loaded", Map.of("slowStart", "30s", "zone", "eu-1"))));
            RollcallGrpc channels = RollcallGrpc.of(rollcall).withServiceConfig("orders", leastLoaded);
            // end of snippet
            ManagedChannel orders = channels.configure(ManagedChannelBuilder.forTarget("rollcall:///orders"))
                    .defaultServiceConfig(leastLoaded) // which is refused at once if it is wrong
                    .usePlaintext()
                    .build();
            orders.shutdownNow();
        }
    }

    @Test
    void liveServiceConfig() {
        try (Rollcall rollcall = Rollcall.connect("memory:grpc-live-service-config")) {
            // snippet: grpc-live-service-config
            Live<Map<String, Object>> config = rollcall.config()
                    .follow("grpc/orders", JacksonDecoder.json(new TypeReference<Map<String, Object>>() {}));
            RollcallGrpc channels = RollcallGrpc.of(rollcall).withServiceConfig("orders", config);
            // end of snippet
            ManagedChannel orders = channels.configure(ManagedChannelBuilder.forTarget("rollcall:///orders"))
                    .usePlaintext()
                    .build();
            assertThat(orders.getState(false)).isEqualTo(ConnectivityState.IDLE);
            orders.shutdownNow();
            config.close();
        }
    }

    @Test
    void hashKey() {
        // snippet: grpc-hash-key
        CallOptions forThisUser = CallOptions.DEFAULT.withOption(RollcallGrpc.HASH_KEY, "user-4711");
        // end of snippet
        assertThat(forThisUser.getOption(RollcallGrpc.HASH_KEY)).isEqualTo("user-4711");
    }

    @Test
    void server() throws IOException {
        try (Rollcall rollcall = Rollcall.connect("memory:grpc-server")) {
            // snippet: grpc-server
            RollcallGrpcServer server = RollcallGrpcServer.builder(
                            rollcall,
                            Instance.of("orders", "grpc://127.0.0.1:0"), // your host; port 0 is the server's
                            ServerBuilder.forPort(0)) // with your services
                    .drainFor(Duration.ofSeconds(3))
                    .start();
            server.health().setStatus("", ServingStatus.NOT_SERVING); // registered, out of service
            server.health().setStatus("", ServingStatus.SERVING); // up again
            server.close(); // draining, 3 s later deregistered, then calls under way finish
            // end of snippet
            assertThat(server.server().isTerminated()).isTrue();
        }
    }
}
