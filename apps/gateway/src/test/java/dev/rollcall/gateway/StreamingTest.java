package dev.rollcall.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Bodies pass through as they come, no faster than their reader reads, and never as a whole in memory. */
class StreamingTest extends GatewayFixture {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int TOTAL_BYTES = 64 * 1024 * 1024;
    /** What socket buffers and the gateway's own queues may hold in sum. */
    private static final int BUFFERED_BYTES = 32 * 1024 * 1024;

    @Test
    void responseArrivesWhileItIsBeingWritten() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        backend("stream", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("first\n".getBytes(US_ASCII));
            exchange.getResponseBody().flush();
            seen.await();
            exchange.getResponseBody().write("second\n".getBytes(US_ASCII));
        });
        Gateway gateway = gateway();

        HttpResponse<InputStream> response =
                http.send(request(gateway, "/stream/").build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertThat(body.readNBytes(6)).asString(US_ASCII).isEqualTo("first\n");
            seen.countDown();
            assertThat(body.readAllBytes()).asString(US_ASCII).isEqualTo("second\n");
        }
    }

    @Test
    void headArrivesBeforeThereIsABody() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        backend("stream", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            seen.await();
            exchange.getResponseBody().write("data: 1\n\n".getBytes(US_ASCII));
        });
        Gateway gateway = gateway();

        HttpResponse<InputStream> response =
                http.send(request(gateway, "/stream/").build(), BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        seen.countDown();
        try (InputStream body = response.body()) {
            assertThat(body.readAllBytes()).asString(US_ASCII).isEqualTo("data: 1\n\n");
        }
    }

    /** Each event is read before the next one is sent, so none may wait for company; then the reader leaves. */
    @Test
    void eventsArriveOneByOneAndTheirSourceLearnsThatNobodyListensAnyMore() throws Exception {
        Semaphore mayGoOn = new Semaphore(1);
        CompletableFuture<Integer> sentUntilBroken = new CompletableFuture<>();
        backend("events", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            int sent = 0;
            try {
                while (true) {
                    mayGoOn.acquire();
                    exchange.getResponseBody().write(("data: " + sent + "\n\n").getBytes(US_ASCII));
                    exchange.getResponseBody().flush();
                    sent++;
                }
            } catch (IOException e) {
                sentUntilBroken.complete(sent);
            }
        });
        Gateway gateway = gateway();

        HttpResponse<InputStream> response =
                http.send(request(gateway, "/events/").build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            for (int i = 0; i < 20; i++) {
                String event = "data: " + i + "\n\n";
                assertThat(body.readNBytes(event.length())).asString(US_ASCII).isEqualTo(event);
                mayGoOn.release();
            }
        }
        await().atMost(LIMIT).pollInterval(1, TimeUnit.MILLISECONDS).until(() -> {
            mayGoOn.release(); // it writes into the void until it is told, however long that takes
            return sentUntilBroken.isDone();
        });
        assertThat(sentUntilBroken.join()).isGreaterThanOrEqualTo(20);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(gateway.traffic().get("events").values())
                        .containsExactly(new InstanceTraffic(1, 0, 0)));
    }

    @Test
    void clientThatDoesNotReadHoldsUpTheInstanceInsteadOfFillingTheMemory() throws Exception {
        AtomicLong written = new AtomicLong();
        backend("stream", exchange -> {
            exchange.sendResponseHeaders(200, TOTAL_BYTES);
            write(exchange.getResponseBody(), written);
        });
        Gateway gateway = gateway();

        try (Socket client =
                new Socket(gateway.address().getAddress(), gateway.address().getPort())) {
            client.getOutputStream()
                    .write("GET /stream/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
            awaitStandstill(written);
            assertThat(written.get()).isPositive().isLessThan(BUFFERED_BYTES);

            long read = 0;
            byte[] buffer = new byte[CHUNK_BYTES];
            for (int n = client.getInputStream().read(buffer);
                    n >= 0;
                    n = client.getInputStream().read(buffer)) {
                read += n;
            }
            assertThat(read).isGreaterThan(TOTAL_BYTES);
        }
    }

    @Test
    void instanceThatDoesNotReadHoldsUpTheClient() throws Exception {
        CountDownLatch mayRead = new CountDownLatch(1);
        backend("sink", exchange -> {
            mayRead.await();
            long read = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            Backend.respond(exchange, 200, Long.toString(read));
        });
        Gateway gateway = gateway();
        AtomicLong written = new AtomicLong();

        try (Socket client =
                new Socket(gateway.address().getAddress(), gateway.address().getPort())) {
            client.getOutputStream()
                    .write(("POST /sink/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + TOTAL_BYTES
                                    + "\r\n\r\n")
                            .getBytes(US_ASCII));
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    write(client.getOutputStream(), written);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            awaitStandstill(written);
            assertThat(written.get()).isPositive().isLessThan(BUFFERED_BYTES);

            mayRead.countDown();
            writing.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(client.getInputStream().readAllBytes())
                    .asString(US_ASCII)
                    .startsWith("HTTP/1.1 200")
                    .endsWith(Integer.toString(TOTAL_BYTES));
        }
    }

    @Test
    void responseThatBreaksOffIsNotTakenForAWholeOne() throws Exception {
        backend("broken", exchange -> {
            exchange.sendResponseHeaders(200, 8);
            exchange.getResponseBody().write("half".getBytes(US_ASCII));
            exchange.getResponseBody().flush();
            throw new IOException("broken");
        });
        Gateway gateway = gateway();

        HttpResponse<InputStream> response =
                http.send(request(gateway, "/broken/").build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            org.assertj.core.api.Assertions.assertThatThrownBy(body::readAllBytes)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void bodyThatIsTooLongIsRefused() throws Exception {
        Backend sink = backend("sink", exchange -> Backend.respond(exchange, 200, "taken"));
        Gateway gateway = gateway(options -> options.maxBodyBytes(1_000));

        HttpResponse<String> announced =
                send(request(gateway, "/sink/").POST(BodyPublishers.ofByteArray(new byte[1_001])));
        HttpResponse<String> chunked = send(request(gateway, "/sink/")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[200_000]))));

        assertThat(announced.statusCode()).isEqualTo(413);
        assertThat(announced.body()).contains("body_too_large");
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(sink.asked).extracting(Backend.Asked::uri).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void clientThatGoesAwayEndsTheRequestAtTheInstance() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<Boolean> broke = new CompletableFuture<>();
        backend("endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            arrived.countDown();
            try {
                while (true) {
                    exchange.getResponseBody().write(new byte[CHUNK_BYTES]);
                }
            } catch (IOException e) {
                broke.complete(true);
            }
        });
        Gateway gateway = gateway();

        try (Socket client =
                new Socket(gateway.address().getAddress(), gateway.address().getPort())) {
            client.getOutputStream().write("GET /endless/ HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            assertThat(arrived.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        assertThat(broke.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(gateway.traffic().get("endless").values())
                        .containsExactly(new InstanceTraffic(1, 0, 0)));
    }

    private static void write(OutputStream to, AtomicLong written) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int i = 0; i < TOTAL_BYTES / CHUNK_BYTES; i++) {
            to.write(chunk);
            written.addAndGet(CHUNK_BYTES);
        }
    }

    /** Waits until a count has begun and then stands still, or is complete. */
    private static void awaitStandstill(AtomicLong count) {
        AtomicLong last = new AtomicLong(-1);
        await().atMost(LIMIT).pollInterval(java.time.Duration.ofMillis(300)).until(() -> {
            long now = count.get();
            return now > 0 && last.getAndSet(now) == now;
        });
    }
}
