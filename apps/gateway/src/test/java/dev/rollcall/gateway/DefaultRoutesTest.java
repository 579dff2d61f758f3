package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** {@code /{service}/…} and what instances see of a request. */
class DefaultRoutesTest extends GatewayFixture {

    @Test
    void pathLeadsToTheServiceOfThatNameWithoutThePrefix() throws Exception {
        Backend orders = backend("orders", Backend.text("an order"));
        backend("users", Backend.text("a user"));
        Gateway gateway = gateway();

        HttpResponse<String> response = get(gateway, "/orders/items/7?colour=a%20b");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("an order");
        assertThat(orders.asked).extracting(Backend.Asked::uri).containsExactly("/items/7?colour=a%20b");
        assertThat(get(gateway, "/users").body()).isEqualTo("a user");
        assertThat(gateway.traffic().get("orders").get(orders.instance().id())).isEqualTo(new InstanceTraffic(1, 0, 0));
    }

    @Test
    void instancesSeeWhereARequestCameFromAndNotWhatItSaysItself() throws Exception {
        Backend orders = backend("orders", Backend.text("ok"));
        Gateway gateway = gateway();

        send(request(gateway, "/orders/x")
                .header("X-Forwarded-For", "6.6.6.6")
                .header("Forwarded", "for=6.6.6.6")
                .header("X-Forwarded-Evil", "1")
                .header("X-Own", "kept"));

        var headers = orders.asked.get(0).headers();
        String host = "127.0.0.1:" + gateway.address().getPort();
        assertThat(headers.get("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(headers.get("X-Forwarded-Proto")).containsExactly("http");
        assertThat(headers.get("X-Forwarded-Host")).containsExactly(host);
        assertThat(headers.get("X-Forwarded-Prefix")).containsExactly("/orders");
        assertThat(headers.get("Forwarded")).containsExactly("for=127.0.0.1;host=\"" + host + "\";proto=http");
        assertThat(headers.get("Host")).containsExactly(host);
        assertThat(headers.get("X-Own")).containsExactly("kept");
        assertThat(headers).doesNotContainKey("X-Forwarded-Evil");
    }

    @Test
    void behindAnotherProxyItsWordIsTaken() throws Exception {
        Backend orders = backend("orders", Backend.text("ok"));
        Gateway gateway = gateway(options -> options.trustForwarded(true));

        send(request(gateway, "/orders/x").header("X-Forwarded-For", "9.9.9.9").header("X-Forwarded-Proto", "https"));

        var headers = orders.asked.get(0).headers();
        assertThat(headers.get("X-Forwarded-For")).containsExactly("9.9.9.9, 127.0.0.1");
        assertThat(headers.get("X-Forwarded-Proto")).containsExactly("https");
    }

    @Test
    void clientsMayUpgradeToHttp2InClearText() throws Exception {
        backend("orders", Backend.text("an order"));
        Gateway gateway = gateway();
        var http2 = java.net.http.HttpClient.newHttpClient(); // asks for h2c with its first request

        HttpResponse<String> first =
                http2.send(request(gateway, "/orders/").build(), HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> second = http2.send(
                request(gateway, "/orders/").POST(BodyPublishers.ofString("x")).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(first.body()).isEqualTo("an order");
        assertThat(second.body()).isEqualTo("an order");
        assertThat(second.version()).isEqualTo(java.net.http.HttpClient.Version.HTTP_2);
    }

    @Test
    void whatNobodyOffersIsNotFound() throws Exception {
        Gateway gateway = gateway();

        HttpResponse<String> response = get(gateway, "/nobody/x");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo("no_service");
        assertThat(response.body()).contains("'nobody'");
        assertThat(get(gateway, "/").statusCode()).isEqualTo(404);
    }

    @Test
    void bodiesAndStatusGoThroughInBothDirections() throws Exception {
        backend("echo", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("X-Method", exchange.getRequestMethod());
            exchange.sendResponseHeaders(201, 0); // chunked
            exchange.getResponseBody().write(body);
        });
        Gateway gateway = gateway();

        HttpResponse<String> sized = send(request(gateway, "/echo/").POST(BodyPublishers.ofString("hello")));
        HttpResponse<String> chunked = send(request(gateway, "/echo/")
                .PUT(BodyPublishers.ofInputStream(() ->
                        new java.io.ByteArrayInputStream("there".getBytes(java.nio.charset.StandardCharsets.UTF_8)))));

        assertThat(sized.statusCode()).isEqualTo(201);
        assertThat(sized.body()).isEqualTo("hello");
        assertThat(chunked.body()).isEqualTo("there");
        assertThat(chunked.headers().firstValue("X-Method")).contains("PUT");
    }

    @Test
    void responsesWithoutABodyHaveNone() throws Exception {
        backend("plain", exchange -> {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().add("Content-Length", "12345");
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(204, -1);
            }
        });
        Gateway gateway = gateway();

        HttpResponse<String> head = send(request(gateway, "/plain/").method("HEAD", BodyPublishers.noBody()));
        HttpResponse<String> deleted = send(request(gateway, "/plain/").DELETE());

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("12345");
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(deleted.body()).isEmpty();
    }

    @Test
    void ambiguousPathsAreRefused() throws Exception {
        Backend orders = backend("orders", Backend.text("ok"));
        Gateway gateway = gateway();

        assertThat(get(gateway, "/orders/%2e%2e/users").statusCode()).isEqualTo(400);
        assertThat(get(gateway, "/orders/a%2Fb").statusCode()).isEqualTo(400);
        assertThat(get(gateway, "/orders/..;/users").statusCode()).isEqualTo(400);
        assertThat(get(gateway, "/orders/a..b/.well-known").statusCode()).isEqualTo(200);
        assertThat(orders.asked).hasSize(1);
    }
}
