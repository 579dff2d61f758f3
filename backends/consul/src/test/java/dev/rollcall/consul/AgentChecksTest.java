package dev.rollcall.consul;

import static dev.rollcall.consul.Clients.eventually;
import static dev.rollcall.consul.Clients.known;
import static dev.rollcall.consul.Clients.registered;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.testing.servers.ConsulServers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a real agent says of instances by its own checks, and by those of others. */
class AgentChecksTest {
    private static ConsulServers servers;
    private static ConsulApi api;
    private static int tests;

    private final Clients clients = new Clients();
    private final String service = "checked-" + ++tests;

    @BeforeAll
    static void start() {
        servers = ConsulServers.builder().inMemory().start();
        api = new ConsulApi(servers.endpoints().get(0));
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    private Rollcall open(String parameters) {
        return clients.open(servers.uri() + "/?" + parameters);
    }

    @Test
    void anInstanceWhoseHttpCheckFailsIsVisibleButOutOfServiceUntilItRecovers() throws Exception {
        AtomicInteger status = new AtomicInteger(200);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/healthy", exchange -> {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
        try {
            Instance instance = Instance.of(
                    service, "http://127.0.0.1:" + server.getAddress().getPort());
            ServiceView view = known(open(""), service);
            registered(open("check=http:/healthy&checkInterval=1s&checkTimeout=500ms"), instance);
            eventually().until(() -> view.instances().equals(List.of(instance)));

            status.set(500);
            eventually().until(() -> isOnly(view, Status.OUT_OF_SERVICE));
            status.set(200);
            eventually().until(() -> isOnly(view, Status.UP));
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.class,
            names = {"DRAINING", "OUT_OF_SERVICE"})
    void whoIsNotUpDoesNotPassForThoseWhoGoByChecks(Status status) throws Exception {
        Instance instance = Instance.of(service, "http://10.0.0.5:8080");
        ServiceView view = known(open("warning=out-of-service"), service);
        Registration registration = registered(open("ttl=2s"), instance);
        eventually().until(() -> passing().contains("10.0.0.5"));

        registration.update(now -> now.withStatus(status)).join();
        eventually().during(Duration.ofSeconds(5)).until(() -> passing().equals("[]") && isOnly(view, status));

        registration.update(now -> now.withStatus(Status.UP)).join();
        eventually().until(() -> passing().contains("10.0.0.5") && isOnly(view, Status.UP));
    }

    @Test
    void whoIsRegisteredOutOfServiceDoesNotPassFromTheBeginning() throws Exception {
        registered(open(""), Instance.of(service, "http://10.0.0.5:8080").withStatus(Status.OUT_OF_SERVICE));

        assertThat(passing()).isEqualTo("[]");
        assertThat(api.get("/v1/health/service/" + service)).contains("10.0.0.5", "out_of_service");
    }

    private String passing() throws Exception {
        return api.get("/v1/health/service/" + service + "?passing").strip();
    }

    @Test
    void aTcpCheckIsChosenForOneInstanceInItsMetadata() throws Exception {
        ServiceView view = known(open(""), service);
        try (ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            registered(
                    open(""),
                    Instance.of(service, "tcp://127.0.0.1:" + listening.getLocalPort())
                            .withMetadata("consul-check", "tcp")
                            .withMetadata("consul-check-interval", "1s"));
            eventually().until(() -> isOnly(view, Status.UP));
        }
        eventually().until(() -> isOnly(view, Status.OUT_OF_SERVICE));
        assertThat(view.instances().get(0).metadata()).containsEntry("consul-check", "tcp");
    }

    @Test
    void anUpdateLeavesTheStateOfTheNativeCheckAlone() throws Exception {
        ServiceView view = known(open(""), service);
        try (ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Registration registration = registered(
                    open("check=tcp&checkInterval=1s"),
                    Instance.of(service, "tcp://127.0.0.1:" + listening.getLocalPort()));
            eventually().until(() -> isOnly(view, Status.UP));
            Set<Status> seen = ConcurrentHashMap.newKeySet();
            view.listen(Runnable::run, reading -> view.instances().forEach(found -> seen.add(found.status())));
            for (int weight = 2; weight < 12; weight++) {
                int next = weight;
                registration.update(instance -> instance.withWeight(next)).join();
            }
            eventually().until(() -> view.instances().get(0).weight() == 11);
            assertThat(seen).containsExactly(Status.UP);
        }
    }

    @Test
    void aGrpcCheckReachesTheAgentAsOne() throws Exception {
        registered(
                open("check=grpc:orders.Orders&checkInterval=30s"),
                Instance.of(service, "http://127.0.0.1:1", "grpcs://127.0.0.1:2"));

        String filter = URLEncoder.encode("ServiceName == \"" + service + "\"", StandardCharsets.UTF_8);
        assertThat(api.get("/v1/agent/checks?filter=" + filter))
                .contains("\"check:" + service + "~127.0.0.1:1\"", "\"Type\":\"grpc\"");
    }

    @Test
    void aCheckThatDoesNotExistIsRefusedByName() throws InterruptedException {
        Registration registration =
                open("").register(Instance.of(service, "http://127.0.0.1:1").withMetadata("consul-check", "icmp"));

        eventually().until(() -> registration.state().cause() != null);
        StoreException cause = registration.state().cause();
        assertThat(cause.kind()).isEqualTo(Kind.REJECTED);
        assertThat(cause).hasMessageContaining("consul-check: \"icmp\" (expected: ttl, http:/path, tcp, grpc");
    }

    @Test
    void checksOfOthersMeanWhatTheConnectionStringSays() throws Exception {
        api.put("/v1/agent/service/register", """
                {"ID":"%1$s-1","Name":"%1$s","Address":"10.0.0.1","Port":80,
                 "Check":{"CheckID":"%1$s-check","Name":"theirs","TTL":"1h"}}""".formatted(service));
        ServiceView byDefault = known(open(""), service);
        ServiceView strict = known(open("warning=out-of-service&critical=gone"), service);

        api.put("/v1/agent/check/warn/" + service + "-check", "");
        eventually().until(() -> isOnly(byDefault, Status.UP) && isOnly(strict, Status.OUT_OF_SERVICE));
        api.put("/v1/agent/check/fail/" + service + "-check", "");
        eventually()
                .until(() -> isOnly(byDefault, Status.OUT_OF_SERVICE)
                        && strict.instances().isEmpty());
        api.put("/v1/agent/check/pass/" + service + "-check", "");
        eventually().until(() -> isOnly(byDefault, Status.UP) && isOnly(strict, Status.UP));
    }

    @Test
    void maintenanceModeTakesAnInstanceOutOfService() throws Exception {
        ServiceView view = known(open(""), service);
        registered(open(""), Instance.of(service, "http://10.0.0.1:80"));
        String id = Call.part(ServiceId.of(service, "10.0.0.1:80"));

        api.put("/v1/agent/service/maintenance/" + id + "?enable=true&reason=test", "");
        eventually().until(() -> isOnly(view, Status.OUT_OF_SERVICE));
        api.put("/v1/agent/service/maintenance/" + id + "?enable=false", "");
        eventually().until(() -> isOnly(view, Status.UP));
    }

    private static boolean isOnly(ServiceView view, Status status) {
        return view.instances().size() == 1 && view.instances().get(0).status() == status;
    }
}
