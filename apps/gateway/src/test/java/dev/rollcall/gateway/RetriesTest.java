package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is tried again, what is not, and what the client is told in the end. */
class RetriesTest extends GatewayFixture {

    @Test
    void instanceThatDoesNotListenCostsNoRequestWhateverTheMethod() throws Exception {
        backend("orders", Backend.text("well"));
        Backend killed = backend("orders", Backend.text("never"));
        killed.stopListening();
        Gateway gateway = gateway();

        for (int i = 0; i < 20; i++) {
            HttpResponse<String> response = send(request(gateway, "/orders/x").POST(BodyPublishers.ofString("body")));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("well");
        }
        assertThat(gateway.traffic().get("orders").get(killed.instance().id()).failures())
                .isPositive();
    }

    @Test
    void idempotentRequestThatLosesItsConnectionGoesToAnotherInstanceBodyIncluded() throws Exception {
        AtomicInteger cut = new AtomicInteger();
        Backend.Answer answer = exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (cut.getAndIncrement() == 0) {
                throw new java.io.IOException("cut"); // the JDK's server closes the connection
            }
            Backend.respond(exchange, 200, body);
        };
        backend("orders", answer);
        backend("orders", answer);
        Gateway gateway = gateway();

        HttpResponse<String> response = send(request(gateway, "/orders/x").PUT(BodyPublishers.ofString("twice")));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("twice");
        assertThat(cut).hasValue(2);
    }

    @Test
    void requestThatMayHaveBeenActedOnIsNotRepeatedUnlessItsMethodIsIdempotent() throws Exception {
        AtomicInteger acted = new AtomicInteger();
        Backend.Answer answer = exchange -> {
            acted.incrementAndGet();
            throw new java.io.IOException("cut");
        };
        backend("orders", answer);
        backend("orders", answer);
        Gateway gateway = gateway();

        HttpResponse<String> response = send(request(gateway, "/orders/x").POST(BodyPublishers.ofString("once")));

        assertThat(acted).hasValue(1);
        assertThat(response.statusCode()).isEqualTo(502);
        JsonObject body = new JsonObject(response.body());
        assertThat(body.getString("error")).isEqualTo("connection_lost");
        assertThat(body.getString("service")).isEqualTo("orders");
        assertThat(body.getJsonArray("tried")).hasSize(1);
    }

    @Test
    void instanceThatDoesNotAnswerInTimeIsLeftForAnotherOne() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Backend.Answer answer = exchange -> {
            if (asked.getAndIncrement() == 0) {
                done.await();
            }
            Backend.respond(exchange, 200, "quick");
        };
        backend("orders", answer);
        backend("orders", answer);
        Gateway gateway = gateway(options -> options.tryTimeout(Duration.ofMillis(300)));

        HttpResponse<String> response = get(gateway, "/orders/x");
        done.countDown();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("quick");
        assertThat(asked).hasValue(2);
    }

    @Test
    void nobodyAnsweringInTimeIsAGatewayTimeout() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        backend("orders", exchange -> done.await());
        Gateway gateway = gateway(options -> options.tryTimeout(Duration.ofMillis(100)));

        HttpResponse<String> response = get(gateway, "/orders/x");
        done.countDown();

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo("timeout");
        assertThat(response.body()).contains("no response within 100 ms");
    }

    @Test
    void nobodyListeningIsABadGatewayThatNamesEachTry() throws Exception {
        backend("orders", Backend.text("never")).stopListening();
        backend("orders", Backend.text("never")).stopListening();
        Gateway gateway = gateway();

        HttpResponse<String> response = get(gateway, "/orders/x");

        assertThat(response.statusCode()).isEqualTo(502);
        JsonObject body = new JsonObject(response.body());
        assertThat(body.getString("error")).isEqualTo("connect_failed");
        assertThat(body.getJsonArray("tried"))
                .hasSize(2)
                .allSatisfy(tried -> assertThat(tried.toString()).endsWith(": connection refused"));
    }

    @Test
    void serviceWithoutAnInstanceToChooseIsUnavailableAndSaysWhy() throws Exception {
        Backend orders = backend("orders", Backend.text("ok"));
        Gateway gateway = gateway();
        assertThat(get(gateway, "/orders/x").statusCode()).isEqualTo(200);

        orders.registration()
                .update(now -> now.withStatus(dev.rollcall.Status.OUT_OF_SERVICE))
                .join();
        HttpResponse<String> response = org.awaitility.Awaitility.await()
                .atMost(LIMIT)
                .until(() -> get(gateway, "/orders/x"), answer -> answer.statusCode() == 503);

        JsonObject body = new JsonObject(response.body());
        assertThat(body.getString("error")).isEqualTo("no_instances");
        assertThat(body.getString("message")).contains("OUT_OF_SERVICE");
    }

    @Test
    void idempotentRequestThatIsRefusedForWantOfCapacityGoesToAnotherInstance() throws Exception {
        backend("orders", exchange -> Backend.respond(exchange, 503, "full"));
        backend("orders", Backend.text("free"));
        Gateway gateway = gateway();

        for (int i = 0; i < 10; i++) {
            assertThat(get(gateway, "/orders/x").body()).isEqualTo("free");
        }
    }

    @Test
    void instanceThatAloneRefusesIsHeard() throws Exception {
        backend("orders", exchange -> Backend.respond(exchange, 503, "full"));
        Gateway gateway = gateway();

        HttpResponse<String> response = get(gateway, "/orders/x");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("full");
    }
}
