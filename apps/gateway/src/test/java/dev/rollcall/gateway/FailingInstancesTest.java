package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Instances that go on failing: they are left out, and what is tried again because of them is limited. */
class FailingInstancesTest extends GatewayFixture {
    private static final int FAILURES_BEFORE_EJECTION = 5;

    @Test
    void instanceThatFailsAgainAndAgainIsLeftOut() throws Exception {
        Backend failing = backend("orders", exchange -> Backend.respond(exchange, 500, "broken"));
        backend("orders", Backend.text("well"));
        rollcall.config()
                .write("gateway/rules", "rules: [{path: /orders, service: orders, balancer: random}]")
                .get();
        Gateway gateway = gateway();
        await().atMost(LIMIT).until(() -> get(gateway, "/orders").statusCode() == 200);

        await().atMost(LIMIT).until(() -> {
            send(request(gateway, "/orders/x").POST(BodyPublishers.noBody())); // a method that is not tried again
            return failing.asked.size() == FAILURES_BEFORE_EJECTION;
        });
        for (int i = 0; i < 50; i++) {
            assertThat(get(gateway, "/orders/x").body()).isEqualTo("well");
        }
        assertThat(failing.asked).hasSize(FAILURES_BEFORE_EJECTION);
    }

    /** A hundred retries are saved up, each request adds a fifth of one, and each second ten. */
    @Test
    void retriesEndWithTheBudgetAndTheAnswerSaysSo() throws Exception {
        for (int i = 0; i < 3; i++) { // one of which may be left out
            backend("orders", Backend.text("never")).stopListening();
        }
        Gateway gateway = gateway(options -> options.attempts(2));

        AtomicInteger retried = new AtomicInteger();
        HttpResponse<String> last = await().atMost(LIMIT.multipliedBy(3))
                .pollDelay(java.time.Duration.ZERO)
                .pollInterval(java.time.Duration.ofNanos(1))
                .until(
                        () -> {
                            HttpResponse<String> response = get(gateway, "/orders/x");
                            if (new JsonObject(response.body())
                                            .getJsonArray("tried")
                                            .size()
                                    > 1) {
                                retried.incrementAndGet();
                            }
                            return response;
                        },
                        response -> response.body().contains("not tried again"));

        assertThat(retried).hasValueGreaterThanOrEqualTo(100);
        assertThat(last.statusCode()).isEqualTo(502);
        JsonObject body = new JsonObject(last.body());
        assertThat(body.getString("error")).isEqualTo("connect_failed");
        assertThat(body.getJsonArray("tried")).hasSize(1);
    }
}
