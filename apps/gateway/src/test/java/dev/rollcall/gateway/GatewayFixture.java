package dev.rollcall.gateway;

import dev.rollcall.Rollcall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store in memory, a gateway before it, and clients. */
abstract class GatewayFixture {
    static final Duration LIMIT = Duration.ofSeconds(10);

    final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final List<AutoCloseable> opened = new ArrayList<>();
    Rollcall rollcall;

    @BeforeEach
    void connect() {
        rollcall = opened(Rollcall.connect("memory:" + UUID.randomUUID()));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    final <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    final Gateway gateway() throws IOException, InterruptedException {
        return gateway(UnaryOperator.identity());
    }

    final Gateway gateway(UnaryOperator<Gateway.Builder> options) throws IOException, InterruptedException {
        return opened(options.apply(Gateway.builder(rollcall)
                        .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .eventLoops(2))
                .start());
    }

    final Backend backend(String service, Backend.Answer answer) throws IOException, InterruptedException {
        return opened(Backend.start(rollcall, service, answer));
    }

    static HttpRequest.Builder request(Gateway gateway, String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.address().getPort() + path))
                .timeout(LIMIT);
    }

    final HttpResponse<String> get(Gateway gateway, String path) throws IOException, InterruptedException {
        return send(request(gateway, path));
    }

    /** What a gateway answers where its metrics are. */
    final HttpResponse<String> metrics(Gateway gateway, String path) throws IOException, InterruptedException {
        int port = gateway.metricsAddress().orElseThrow().getPort();
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LIMIT));
    }

    final HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
