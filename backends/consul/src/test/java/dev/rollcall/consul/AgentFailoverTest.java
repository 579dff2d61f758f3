package dev.rollcall.consul;

import static dev.rollcall.consul.Clients.eventually;
import static dev.rollcall.consul.Clients.known;
import static dev.rollcall.consul.Clients.registered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Changes;
import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.ConsulServers;
import dev.rollcall.testing.servers.TcpProxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Several agents that have joined one server: what is registered at one moves to the next when that fails. */
class AgentFailoverTest {
    private static ConsulServers servers;
    private static int tests;

    private final Clients clients = new Clients();
    private final String service = "moving-" + ++tests;

    @BeforeAll
    static void start() {
        servers = ConsulServers.builder().nodes(3).inMemory().start();
    }

    @AfterEach
    void closeClients() {
        clients.close();
        servers.restart();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    private ServiceView observed() throws InterruptedException {
        return known(clients.open(servers.uri(List.of(servers.endpoints().get(0)))), service);
    }

    @Test
    void aKilledAgentsInstancesAndViewsMoveToTheNextAgent() throws InterruptedException {
        Rollcall client = clients.open(servers.uri(servers.endpoints().subList(1, 3)));
        Instance instance = Instance.of(service, "http://10.0.0.1:80");
        Registration registration = registered(client, instance);
        ServiceView own = known(client, service);
        ServiceView observed = observed();
        eventually().until(() -> own.instances().size() == 1);

        servers.node(1).kill();

        eventually().until(() -> api(2).living(service).equals(java.util.Set.of(instance.id())));
        registration.update(now -> now.withWeight(9)).join();
        eventually().until(() -> own.instances().equals(List.of(instance.withWeight(9))));
        eventually().until(() -> own.reading() instanceof Reading.Fresh);
        eventually().until(() -> observed.instances().equals(List.of(instance.withWeight(9))));

        registration.close();
        eventually().until(() -> observed.instances().isEmpty());
    }

    @Test
    void anAgentThatIsCutOffForItsClientLosesTheInstanceToTheNextWithoutAFlap() throws InterruptedException {
        Instance instance = Instance.of(service, "http://10.0.0.1:80");
        ServiceView observed = observed();
        List<Changes> removals = new CopyOnWriteArrayList<>();
        observed.listenChanges(Runnable::run, changes -> {
            if (!changes.removed().isEmpty()) {
                removals.add(changes);
            }
        });
        try (TcpProxy first = TcpProxy.to(servers.endpoints().get(1))) {
            Rollcall client = clients.open(
                    servers.uri(List.of(first.endpoint(), servers.endpoints().get(2))));
            Registration registration = registered(client, instance);
            eventually().until(() -> observed.instances().size() == 1);

            first.cut();

            eventually().until(() -> api(2).living(service).size() == 1);
            eventually().until(() -> api(1).living(service).isEmpty()); // its TTL has ended there
            eventually().until(() -> registration.state().phase() == Phase.REGISTERED);
            registration.update(now -> now.withWeight(2)).join();
            eventually().until(() -> observed.instances().equals(List.of(instance.withWeight(2))));
        }
        assertThat(removals).isEmpty();
    }

    private static ConsulApi api(int node) {
        return new ConsulApi(servers.endpoints().get(node));
    }
}
