package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.EtcdServers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A real etcd that is killed, and comes back, behind a gateway. */
class RegistryAwayTest extends GatewayFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Test
    void instancesKnownLastServeAndClientsAreNotToldWhereTheRegistryIs() throws Exception {
        EtcdServers etcd = opened(EtcdServers.start());
        rollcall =
                opened(Rollcall.builder(etcd.uri()).ttl(Duration.ofSeconds(60)).connect());
        Backend orders = backend("orders", Backend.text("an order"));
        Gateway gateway = gateway();
        await().atMost(PATIENCE).until(() -> get(gateway, "/orders/x").statusCode() == 200);

        etcd.kill();
        try (ServiceView view = rollcall.discover("orders")) {
            await().atMost(PATIENCE).until(() -> view.reading() instanceof Reading.Stale);
        }

        assertThat(get(gateway, "/orders/x").body()).isEqualTo("an order");
        HttpResponse<String> unknown = get(gateway, "/nobody/x");
        assertThat(unknown.statusCode()).isEqualTo(404);
        orders.stopListening();
        HttpResponse<String> failed = await().atMost(PATIENCE)
                .until(() -> get(gateway, "/orders/x"), response -> response.statusCode() == 502);
        for (HttpResponse<String> told : List.of(unknown, failed)) {
            assertThat(told.body()).contains("registry is away");
            for (String address : etcd.endpoints()) {
                assertThat(told.body()).doesNotContain(address);
            }
            assertThat(told.body()).doesNotContain("etcd:");
        }

        etcd.restart();
        backend("users", Backend.text("a user"));
        await().atMost(PATIENCE).until(() -> get(gateway, "/users/x").statusCode() == 200);
    }

    @Test
    void rulesThatCannotBeReadAreNoNewsForClients() throws Exception {
        EtcdServers etcd = opened(EtcdServers.start());
        String uri = etcd.uri();
        etcd.kill();
        rollcall = opened(Rollcall.connect(uri));
        Gateway gateway = gateway(options -> options.registryWait(Duration.ofMillis(300)));

        HttpResponse<String> response = get(gateway, "/orders/x");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("rules_unknown", "has not answered");
        etcd.endpoints().forEach(address -> assertThat(response.body()).doesNotContain(address));
    }
}
