package dev.rollcall.consul;

import static dev.rollcall.consul.Clients.eventually;
import static dev.rollcall.consul.Clients.known;
import static dev.rollcall.consul.Clients.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.testing.servers.ConsulServers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others get wrong on Consul, on a real agent. */
class AgentViewTest {
    private static ConsulServers servers;
    private static ConsulApi api;
    private static int tests;

    private final Clients clients = new Clients();
    private final String service = "viewed-" + ++tests;

    @BeforeAll
    static void start() {
        servers = ConsulServers.builder()
                .inMemory()
                .configuration("{\"node_meta\": {\"rack\": \"r1\"}}")
                .start();
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

    private void foreign(String id, String tags) {
        api.put("/v1/agent/service/register", """
                {"ID":"%s","Name":"%s","Address":"10.0.0.1","Port":80,"Tags":[%s]}""".formatted(id, service, tags));
    }

    @Test
    void vanishedInstancesAreRemovedAndTheEmptySetIsPublished() throws InterruptedException {
        foreign(service + "-1", "");
        foreign(service + "-2", "");
        ServiceView view = known(open(""), service);
        assertThat(view.instances()).hasSize(2);

        api.deregister(service + "-1");
        eventually().until(() -> view.instances().size() == 1);
        api.deregister(service + "-2");
        eventually().until(() -> view.instances().isEmpty());
        assertThat(view.reading()).isInstanceOf(Reading.Fresh.class);

        foreign(service + "-3", "");
        eventually().until(() -> view.instances().size() == 1);
    }

    @Test
    void twoPortsOnOneHostAreTwoInstances() throws InterruptedException {
        Rollcall provider = open("");
        registered(provider, Instance.of(service, "http://10.0.0.1:80"));
        registered(provider, Instance.of(service, "http://10.0.0.1:81"));

        assertThat(known(open(""), service).instances())
                .extracting(Instance::id)
                .containsExactly("10.0.0.1:80", "10.0.0.1:81");
        assertThat(api.ofCatalogue(service)).hasSize(2);
    }

    @Test
    void tagsOfAServiceAreItsMetadataAndFilterIt() throws InterruptedException {
        Rollcall provider = open("");
        registered(provider, Instance.of(service, "http://10.0.0.1:80").withMetadata("tags", "blue,fast"));
        registered(provider, Instance.of(service, "http://10.0.0.2:80").withMetadata("tags", "blue"));
        foreign(service + "-theirs", "\"fast\"");

        assertThat(known(open("tag=blue"), service).instances()).hasSize(2);
        assertThat(known(open("tag=blue,fast"), service).instances())
                .extracting(Instance::id)
                .containsExactly("10.0.0.1:80");
        Rollcall fast = open("tag=fast&connections=1");
        known(fast, "another"); // so that the service is one of those that share a connection
        assertThat(known(fast, service).instances()).hasSize(2);
        assertThat(fast.services().awaitKnown(Clients.PATIENCE)).containsExactly(service);
    }

    @Test
    void metadataOfNodesFilters() throws InterruptedException {
        foreign(service + "-1", "");

        assertThat(known(open("nodeMeta=rack:r1"), service).instances()).hasSize(1);
        assertThat(known(open("nodeMeta=rack:r2"), service).instances()).isEmpty();
        assertThat(open("nodeMeta=rack:r2").services().awaitKnown(Clients.PATIENCE))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "stale", "consistent"})
    void everyConsistencyModeFollows(String mode) throws InterruptedException {
        ServiceView view = known(open("consistency=" + mode), service);
        Registration registration = registered(open(""), Instance.of(service, "http://10.0.0.1:80"));
        eventually().until(() -> view.instances().size() == 1);
        registration.close();
        eventually().until(() -> view.instances().isEmpty());
    }

    @Test
    void aWrongDatacenterIsOneClearState() throws InterruptedException {
        ServiceView view = open("dc=nowhere").discover(service);

        eventually().until(() -> view.reading() instanceof Reading.Pending<?> pending && pending.cause() != null);
        StoreException cause = ((Reading.Pending<?>) view.reading()).cause();
        assertThat(cause.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(cause).hasMessageContaining("is ?dc=nowhere right");
    }

    @Test
    void aWipedAgentHasEverythingAgainAndViewsFollowItsIndexBackwards() throws InterruptedException {
        try (ConsulServers own = ConsulServers.builder().inMemory().start()) {
            ConsulApi ownApi = new ConsulApi(own.endpoints().get(0));
            for (int i = 0; i < 50; i++) {
                ownApi.put("/v1/kv/filler", Integer.toString(i)); // so that the new index is the lower one
            }
            Rollcall provider = clients.open(own.uri());
            Registration registration = registered(provider, Instance.of(service, "http://10.0.0.1:80"));
            registered(provider, Instance.of(service, "http://10.0.0.2:80")).close();
            ServiceView view = known(clients.open(own.uri()), service);
            assertThat(view.instances()).hasSize(1);

            own.wipe();

            eventually().until(() -> ownApi.living(service).size() == 1);
            eventually().until(() -> registration.state().phase() == Phase.REGISTERED);
            registration.update(instance -> instance.withWeight(7)).join();
            eventually()
                    .until(() -> view.instances().size() == 1
                            && view.instances().get(0).weight() == 7);
            assertThat(view.reading()).isInstanceOf(Reading.Fresh.class);
        }
    }

    /** The JDK's HTTP client tells of its answers through the common pool; pom.xml gives it two threads on any machine. */
    @Test
    void anApplicationThatBlocksTheCommonPoolLosesNoRegistrationAndNoView() throws InterruptedException {
        assertThat(ForkJoinPool.getCommonPoolParallelism()).isEqualTo(2);
        CountDownLatch released = new CountDownLatch(1);
        try {
            for (int i = 0; i < 4; i++) {
                ForkJoinPool.commonPool().execute(() -> awaitQuietly(released));
            }
            ServiceView view = known(open(""), service);
            Registration registration = registered(open(""), Instance.of(service, "http://10.0.0.1:80"));
            eventually().until(() -> view.instances().size() == 1);
            await().during(Clients.TTL.plusSeconds(2))
                    .atMost(Clients.PATIENCE)
                    .until(() -> api.living(service).size() == 1);
            registration.close();
            eventually().until(() -> view.instances().isEmpty());
        } finally {
            released.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch released) {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
