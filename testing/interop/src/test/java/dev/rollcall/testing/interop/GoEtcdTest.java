package dev.rollcall.testing.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.formats.DubboUrl;
import dev.rollcall.formats.GoMicroFormat;
import dev.rollcall.formats.GoQuery;
import dev.rollcall.formats.InstanceFormat;
import dev.rollcall.formats.KitexFormat;
import dev.rollcall.formats.KratosFormat;
import dev.rollcall.spi.Interner;
import dev.rollcall.tck.AnyInstance;
import dev.rollcall.testing.servers.EtcdServers;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Etcd's own naming package and grpc-go, in a process of their own, and Rollcall, on one etcd. */
class GoEtcdTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Interner strings = new Interner();
    private GoNeighbour go;
    private EtcdServers etcd;
    private Rollcall rollcall;

    @BeforeEach
    void start() throws IOException {
        go = GoNeighbour.start();
        etcd = EtcdServers.start();
        rollcall = Rollcall.builder(etcd.uri()).closeOnShutdown(false).connect();
    }

    @AfterEach
    void stop() {
        if (rollcall != null) {
            rollcall.close();
        }
        if (etcd != null) {
            etcd.close();
        }
        if (go != null) {
            go.close();
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    @Test
    void aViewFollowsWhatEtcdsNamingPackageRegisters() throws IOException {
        ServiceView view = rollcall.discover("orders");
        go.ask("connect", etcd.endpoints().get(0), "rollcall/orders");

        go.ask("add", "a", "10.0.0.1:80", "{\"weight\":7,\"zone\":\"<eu&1>\"}");
        eventually().until(() -> view.instances().size() == 1);
        assertThat(view.instances())
                .containsExactly(Instance.of("orders", "10.0.0.1:80")
                        .withId("a")
                        .withWeight(7)
                        .withMetadata(Map.of("weight", "7", "zone", "<eu&1>")));

        go.ask("add", "a", "10.0.0.2:80");
        eventually().until(() -> view.instances().get(0).endpoint().host().equals("10.0.0.2"));
        go.ask("add", "b", "10.0.0.3:80");
        eventually().until(() -> view.instances().size() == 2);
        go.ask("delete", "a");
        go.ask("delete", "b");
        eventually().until(() -> view.instances().isEmpty());
        assertThat(view.undecodable()).isZero();
    }

    @Test
    void etcdsNamingPackageListsWhatRollcallRegisters() throws Exception {
        go.ask("connect", etcd.endpoints().get(0), "rollcall/orders");
        Registration registration = rollcall.register(Instance.of("orders", "http://10.0.0.1:80", "grpc://10.0.0.1:90")
                .withId("a")
                .withWeight(3)
                .withMetadata("team", "a<b>&\u2028"));
        registration.awaitRegistered(PATIENCE);

        assertThat(go.ask("list"))
                .isEqualTo("{\"rollcall/orders/a\":{\"Addr\":\"10.0.0.1:80\","
                        + "\"Metadata\":{\"team\":\"a\\u003cb\\u003e\\u0026\\u2028\"}}}");
        registration.close();
        assertThat(go.ask("list")).isEqualTo("{}");
    }

    @Test
    void aChannelInGoReachesEveryServerThatRollcallHasRegisteredAndNoOther() throws Exception {
        Server first = serve();
        Server second = serve();
        Server third = serve();
        try {
            Registration one = register(first);
            register(second);
            go.ask("connect", etcd.endpoints().get(0), "rollcall/orders");
            go.ask("dial");
            eventually().until(() -> go.ask("call", "10").equals(addresses(first, second)));

            register(third);
            eventually().until(() -> go.ask("call", "10").equals(addresses(first, second, third)));
            one.close();
            eventually().until(() -> go.ask("call", "10").equals(addresses(second, third)));
        } finally {
            List.of(first, second, third).forEach(Server::shutdownNow);
        }
    }

    private static Server serve() throws IOException {
        return Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new HealthStatusManager().getHealthService())
                .build()
                .start();
    }

    private Registration register(Server server) throws InterruptedException {
        Registration registration = rollcall.register(
                Instance.of("orders", new Endpoint("grpc", "127.0.0.1", server.getPort()).toString()));
        registration.awaitRegistered(PATIENCE);
        return registration;
    }

    private static String addresses(Server... servers) {
        return String.join(
                " ",
                List.of(servers).stream()
                        .map(server -> "127.0.0.1:" + server.getPort())
                        .sorted()
                        .toList());
    }

    /** kratos, go-micro and kitex aren't packaged: their structs stand in the program, and Go's own JSON is what reads and writes them. */
    @Test
    void goReadsWhatRollcallWritesAndWouldWriteTheSameBytes() throws IOException {
        Map<String, InstanceFormat> formats = Map.of(
                "kratos", new KratosFormat(strings),
                "go-micro", new GoMicroFormat(strings),
                "kitex", new KitexFormat(strings));
        DubboUrl dubbo = new DubboUrl(strings);
        for (int seed = 0; seed < 300; seed++) {
            Instance instance = AnyInstance.from(new Random(seed));
            for (Map.Entry<String, InstanceFormat> format : formats.entrySet()) {
                byte[] value = format.getValue().write(instance);
                String answer = go.ask(format.getKey(), Base64.getEncoder().encodeToString(value));
                assertThat(new String(Base64.getDecoder().decode(answer), StandardCharsets.UTF_8))
                        .as("%s, seed %d", format.getKey(), seed)
                        .isEqualTo(new String(value, StandardCharsets.UTF_8));
            }
            String url = dubbo.write(instance);
            assertThat(go.ask("escape", Base64.getEncoder().encodeToString(url.getBytes(StandardCharsets.UTF_8))))
                    .isEqualTo(GoQuery.escape(url));
        }
    }
}
