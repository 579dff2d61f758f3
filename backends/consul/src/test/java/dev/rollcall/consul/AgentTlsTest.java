package dev.rollcall.consul;

import static dev.rollcall.consul.Clients.eventually;
import static dev.rollcall.consul.Clients.known;
import static dev.rollcall.consul.Clients.registered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.StoreException;
import dev.rollcall.testing.servers.ConsulServers;
import dev.rollcall.testing.servers.TlsFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** HTTPS to a real agent that lets in only who has a certificate. */
class AgentTlsTest {
    private static ConsulServers servers;

    private final Clients clients = new Clients();

    @BeforeAll
    static void start() {
        servers = ConsulServers.builder().tls().inMemory().start();
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    private static String uri(String parameters) {
        return servers.uri().replace("consul://", "consul+tls://") + "/?" + parameters;
    }

    @Test
    void withItsCertificateAClientRegistersAndDiscovers() throws InterruptedException {
        TlsFiles files = servers.tls().orElseThrow();
        Rollcall client = clients.open(uri("ca=" + files.authority() + "&cert=" + files.clientCertificate() + "&key="
                + files.clientKey() + "&connections=1"));
        Instance instance = Instance.of("secured", "https://10.0.0.1:443");
        ServiceView view = known(client, "secured");
        ServiceView shared = known(client, "secured-too");
        registered(client, instance);
        registered(client, Instance.of("secured-too", "https://10.0.0.1:444"));

        eventually()
                .until(() -> view.instances().size() == 1 && shared.instances().size() == 1);
        assertThat(view.instances()).containsExactly(instance);
    }

    @Test
    void withoutACertificateTheCauseIsNamed() {
        StoreException cause =
                pendingBecause("ca=" + servers.tls().orElseThrow().authority());
        assertThat(cause).hasMessageContaining("?cert=");
    }

    @Test
    void anAuthorityThatIsNotTrustedIsNamed() {
        assertThat(pendingBecause("warning=up")).hasMessageContaining("?ca=");
    }

    @Test
    void plainHttpToAnHttpsPortIsToldApart() {
        ServiceView view = clients.open(servers.uri()).discover("secured");
        eventually().until(() -> view.reading() instanceof Reading.Pending<?> pending && pending.cause() != null);
        assertThat(((Reading.Pending<?>) view.reading()).cause()).hasMessageContaining("HTTPS");
    }

    private StoreException pendingBecause(String parameters) {
        ServiceView view = clients.open(uri(parameters)).discover("secured");
        eventually().until(() -> view.reading() instanceof Reading.Pending<?> pending && pending.cause() != null);
        return ((Reading.Pending<?>) view.reading()).cause();
    }
}
