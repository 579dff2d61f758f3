package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DrainTest extends GatewayFixture {

    @Test
    void requestsUnderWayEndAndNewOnesFindNobody() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        backend("orders", exchange -> {
            arrived.countDown();
            release.await();
            Backend.respond(exchange, 200, "done");
        });
        Gateway gateway = gateway();
        CompletableFuture<HttpResponse<String>> underWay =
                http.sendAsync(request(gateway, "/orders/").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(arrived.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> drained = gateway.drain(LIMIT);
        org.awaitility.Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThatThrownBy(() -> java.net.http.HttpClient.newHttpClient()
                                .send(request(gateway, "/orders/").build(), HttpResponse.BodyHandlers.ofString()))
                        .isInstanceOf(IOException.class));
        assertThat(drained).isNotDone();
        release.countDown();

        assertThat(underWay.get(LIMIT.toSeconds(), TimeUnit.SECONDS).body()).isEqualTo("done");
        drained.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void whatDoesNotEndInTimeIsCutOff() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        backend("orders", exchange -> {
            arrived.countDown();
            release.await();
        });
        Gateway gateway = gateway();
        CompletableFuture<HttpResponse<String>> underWay =
                http.sendAsync(request(gateway, "/orders/").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(arrived.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        gateway.drain(Duration.ofMillis(200)).get(LIMIT.toSeconds(), TimeUnit.SECONDS);

        assertThatThrownBy(() -> underWay.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(IOException.class);
        release.countDown();
    }
}
