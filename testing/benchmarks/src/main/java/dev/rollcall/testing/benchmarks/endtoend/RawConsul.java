package dev.rollcall.testing.benchmarks.endtoend;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Consul through the JDK's HTTP client: services with a TTL check, and blocking queries one after the other. */
final class RawConsul implements RawClient {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int IN_FLIGHT = 64;
    private static final int EMPTY_LIST_BYTES = "[]\n".length();

    private final String base;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile boolean closed;

    RawConsul(String endpoint) {
        base = "http://" + endpoint;
    }

    @Override
    public CompletableFuture<?> put(String service, String id, int build) {
        int colon = id.indexOf(':');
        return send(
                "PUT",
                "/v1/agent/service/register",
                "{\"ID\":\"" + service + "~" + id + "\",\"Name\":\"" + service + "\",\"Address\":\""
                        + id.substring(0, colon) + "\",\"Port\":" + id.substring(colon + 1)
                        + ",\"Weights\":{\"Passing\":3,\"Warning\":3},\"Meta\":{\"build\":\"" + build
                        + "\",\"protocol\":\"http\",\"team\":\"checkout\",\"zone\":\"eu-1a\",\"version\":\"2.1\"},"
                        + "\"Check\":{\"CheckID\":\"ttl-" + service + "~" + id
                        + "\",\"TTL\":\"1h\",\"Status\":\"passing\"}}");
    }

    @Override
    public CompletableFuture<?> delete(String service, String id) {
        return deregister(service + "~" + id);
    }

    private CompletableFuture<?> deregister(String serviceId) {
        return send("PUT", "/v1/agent/service/deregister/" + serviceId, "");
    }

    @Override
    public AutoCloseable watch(String service, String id, Seen seen) {
        String path = "/v1/health/service/" + service;
        HttpResponse<byte[]> first = send("GET", path, "").join();
        follow(path, index(first), seen);
        return () -> closed = true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // goes on until the client is closed
    private void follow(String path, long index, Seen seen) {
        send("GET", path + "?index=" + index + "&wait=60s", "").whenComplete((answer, failure) -> {
            if (closed || failure != null) {
                return;
            }
            long next = index(answer);
            follow(path, next, seen);
            if (next != index) {
                seen.build(answer.body().length <= EMPTY_LIST_BYTES ? GONE : RawClient.build(answer.body()));
            }
        });
    }

    private static long index(HttpResponse<byte[]> answer) {
        return answer.headers().firstValueAsLong("X-Consul-Index").orElseThrow();
    }

    @Override
    public int list(String service) {
        int instances = 0;
        try (JsonParser parser = JSON.createParser(
                send("GET", "/v1/health/service/" + service, "").join().body())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                instances += token == JsonToken.FIELD_NAME && parser.getText().equals("Weights") ? 1 : 0;
                parser.getText();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return instances;
    }

    @Override
    public void clear(String service) {
        List<String> ids = new ArrayList<>();
        try (JsonParser parser =
                JSON.createParser(send("GET", "/v1/agent/services", "").join().body())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (parser.currentName().startsWith(service + "~")) {
                    ids.add(parser.currentName());
                }
                parser.nextToken();
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Waiting.all(ids, IN_FLIGHT, this::deregister);
    }

    private CompletableFuture<HttpResponse<byte[]>> send(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return client.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(answer -> {
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(method + " " + path + ": " + answer.statusCode());
            }
            return answer;
        });
    }

    @Override
    public void close() {
        closed = true;
    }
}
