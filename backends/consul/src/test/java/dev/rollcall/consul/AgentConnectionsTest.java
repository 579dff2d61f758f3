package dev.rollcall.consul;

import static dev.rollcall.consul.Clients.eventually;
import static dev.rollcall.consul.Clients.known;
import static dev.rollcall.consul.Clients.registered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.config.Decoder;
import dev.rollcall.testing.servers.ConsulServers;
import dev.rollcall.testing.servers.TcpProxy;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many connections an agent has to hold: it gives one client address 200, and this one a third of that. */
class AgentConnectionsTest {
    private static final int LIMIT = 66;
    private static final int MANY = 300;
    private static final int SERVICES = 1_000;

    private ConsulServers servers;
    private final Clients clients = new Clients();
    private final String service = "connected";

    @BeforeEach
    void start() {
        servers = ConsulServers.builder()
                .inMemory()
                .configuration("{\"limits\": {\"http_max_conns_per_client\": " + LIMIT + "}}")
                .start();
    }

    @AfterEach
    void stop() {
        clients.close();
        servers.close();
    }

    @Test
    void aThousandServicesNeitherCostAThousandThreadsNorAThousandConnections() throws InterruptedException {
        try (TcpProxy proxy = TcpProxy.to(servers.endpoints().get(0))) {
            Rollcall consumer = clients.open(servers.uri(List.of(proxy.endpoint())));
            known(consumer, service);
            int threads = ManagementFactory.getThreadMXBean().getThreadCount();
            List<ServiceView> views = new ArrayList<>();
            IntStream.range(0, SERVICES).forEach(i -> views.add(consumer.discover(service + "-" + i)));
            for (ServiceView view : views) {
                view.awaitKnown(Clients.PATIENCE);
            }
            assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(threads + 10);
            assertThat(proxy.connections()).isLessThanOrEqualTo(48);

            Rollcall provider = clients.open(servers.uri());
            Registration last = registered(provider, Instance.of(service + "-999", "http://10.0.0.1:80"));
            eventually().until(() -> views.get(999).instances().size() == 1);
            last.close();
            eventually().until(() -> views.get(999).instances().isEmpty());
        }
    }

    @Test
    void hundredsOfKeysAreFollowedOverAFewConnections() {
        try (TcpProxy proxy = TcpProxy.to(servers.endpoints().get(0))) {
            Config writer = clients.open(servers.uri()).config();
            writer.write(service + "/key-0", "first").join();
            Config config = clients.open(servers.uri(List.of(proxy.endpoint()))).config();
            List<Live<String>> keys = new ArrayList<>();
            IntStream.range(0, MANY).forEach(i -> keys.add(config.follow(key(i), Decoder.text(), "absent")));
            Live<SortedMap<String, String>> all = config.followPrefix(service, Decoder.text());
            keys.forEach(key -> eventually().until(() -> key.reading() instanceof Reading.Fresh));
            assertThat(keys.get(0).reading().value().orElseThrow()).isEqualTo("first");
            assertThat(keys.get(MANY - 1).reading().value().orElseThrow()).isEqualTo("absent");

            for (int i = 0; i < MANY; i += 7) {
                writer.write(key(i), "value of " + i).join();
            }
            for (int i = 0; i < MANY; i++) {
                String expected = i % 7 == 0 ? "value of " + i : "absent";
                Live<String> key = keys.get(i);
                eventually()
                        .untilAsserted(() ->
                                assertThat(key.reading().value().orElseThrow()).isEqualTo(expected));
            }
            eventually().until(() -> all.reading().value().orElseThrow().size() == MANY / 7 + 1);
            writer.delete(key(MANY - 6)).join();
            eventually()
                    .until(() ->
                            keys.get(MANY - 6).reading().value().orElseThrow().equals("absent"));
            assertThat(proxy.connections()).isLessThanOrEqualTo(48);
        }
    }

    private String key(int index) {
        return service + "/key-" + index;
    }

    /** The agent goes on with the question of a watch that was closed, and counts its connection, until the question's wait is over. */
    @Test
    void openingAndClosingWatchesDoesNotUseUpTheAgentsConnections() throws InterruptedException {
        Rollcall busy = clients.open(servers.uri());
        Live<String> kept = busy.config().follow(service + "/kept", Decoder.text(), "absent");
        for (int i = 0; i < MANY; i++) {
            try (Live<String> key = busy.config().follow(key(i), Decoder.text(), "absent");
                    ServiceView view = busy.discover(service + "-" + i)) {
                key.awaitKnown(Clients.PATIENCE);
                view.awaitKnown(Clients.PATIENCE);
                assertThat(busy.config().read(key(i)).join()).isEmpty();
            }
        }

        Rollcall other = clients.open(servers.uri());
        registered(other, Instance.of(service, "http://10.0.0.1:80"));
        assertThat(known(busy, service).instances()).hasSize(1);
        other.config().write(service + "/kept", "value").join();
        assertThat(busy.config().read(service + "/kept").join().map(ConfigEntry::text))
                .contains("value");
        eventually().untilAsserted(() -> assertThat(kept.reading().value()).contains("value"));
    }
}
