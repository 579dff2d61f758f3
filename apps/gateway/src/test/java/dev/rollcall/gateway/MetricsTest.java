package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class MetricsTest extends GatewayFixture {

    @Test
    void countsRequestsByServiceStatusAndInstance() throws IOException, InterruptedException {
        backend("orders", exchange -> Backend.respond(exchange, 200, "done"));
        Gateway gateway =
                gateway(options -> options.metrics(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        assertThat(get(gateway, "/orders/1").statusCode()).isEqualTo(200);
        assertThat(get(gateway, "/orders/2").statusCode()).isEqualTo(200);
        assertThat(get(gateway, "/nobody/").statusCode()).isEqualTo(404);

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(metrics(gateway, "/metrics").body())
                        .contains(
                                "rollcall_gateway_requests_total{service=\"orders\",code=\"2xx\"} 2",
                                "rollcall_gateway_request_seconds_count{service=\"orders\"} 2",
                                "rollcall_gateway_requests_in_flight 0")
                        .containsPattern(
                                "rollcall_gateway_instance_requests_total\\{service=\"orders\",instance=\"[^\"]+\"\\} 2")
                        .containsPattern("rollcall_gateway_requests_total\\{service=\"[^\"]+\",code=\"4xx\"\\} 1"));
        assertThat(metrics(gateway, "/metrics").headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(metrics(gateway, "/other").statusCode()).isEqualTo(404);
    }
}
