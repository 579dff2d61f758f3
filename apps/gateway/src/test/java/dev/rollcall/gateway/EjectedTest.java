package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Whom the gateway says that it ejects. */
class EjectedTest extends GatewayFixture {

    @Test
    void whoFailsAgainAndAgainIsNamedWithTheReason() throws Exception {
        backend("orders", Backend.text("well"));
        // Two, as the balancer soon avoids one that fails, ejected or not.
        List<Backend> killed =
                List.of(backend("orders", Backend.text("never")), backend("orders", Backend.text("never")));
        Gateway gateway = gateway();
        assertThat(gateway.ejected("orders")).as("nothing has gone there yet").isEmpty();
        killed.forEach(Backend::stopListening);
        for (int i = 0; i < 100; i++) {
            send(request(gateway, "/orders/x").GET());
        }

        SortedMap<String, String> ejected = gateway.ejected("orders");
        assertThat(killed).extracting(backend -> backend.instance().id()).containsAll(ejected.keySet());
        assertThat(ejected.values()).singleElement().asString().contains("failures in a row");
        assertThat(gateway.ejected("users")).isEmpty();
    }
}
