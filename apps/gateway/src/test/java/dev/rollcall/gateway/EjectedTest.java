package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whom the gateway says that it ejects. */
class EjectedTest extends GatewayFixture {

    @Test
    void whoFailsAgainAndAgainIsNamedWithTheReason() throws Exception {
        backend("orders", Backend.text("well"));
        Backend killed = backend("orders", Backend.text("never"));
        Gateway gateway = gateway();
        assertThat(gateway.ejected("orders")).as("nothing has gone there yet").isEmpty();
        killed.stopListening();
        for (int i = 0; i < 100; i++) {
            assertThat(send(request(gateway, "/orders/x").GET()).statusCode()).isEqualTo(200);
        }

        assertThat(gateway.ejected("orders")).containsOnlyKeys(killed.instance().id());
        assertThat(gateway.ejected("orders").get(killed.instance().id())).contains("failures in a row");
        assertThat(gateway.ejected("users")).isEmpty();
    }
}
