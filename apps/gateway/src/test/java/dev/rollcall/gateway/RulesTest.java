package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules from live configuration, changed while requests go through. */
class RulesTest extends GatewayFixture {
    private static final String KEY = "gateway/rules";
    private static final Policy DEFAULTS = new Policy(Duration.ofSeconds(1), 3, Balancing.DEFAULT);

    private final List<String> news = new CopyOnWriteArrayList<>();

    private Gateway ruled() throws Exception {
        return gateway(options -> options.rulesListener(news::add));
    }

    private void write(String rules) throws Exception {
        rollcall.config().write(KEY, rules).get();
    }

    private void awaitNews(String part) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(news).anyMatch(line -> line.contains(part)));
    }

    @Test
    void rulesTakeEffectWithoutARestartAndTheFirstThatMatchesWins() throws Exception {
        Backend orders = backend("orders", Backend.text("orders"));
        backend("beta", Backend.text("beta"));
        backend("shop", Backend.text("shop"));
        Gateway gateway = ruled();
        assertThat(get(gateway, "/api/orders/7").statusCode()).isEqualTo(404);

        write("""
            rules:
              - {path: /api/orders, headers: {X-Beta: "*"}, service: beta}
              - {path: /api/orders/, service: orders, rewrite: /v2}
              - {host: localhost, service: shop}
            """);
        awaitNews("3 rules in force, then /SERVICE/...");

        assertThat(get(gateway, "/api/orders/7?x=1").body()).isEqualTo("orders");
        assertThat(get(gateway, "/api/orders").body()).isEqualTo("orders");
        assertThat(send(request(gateway, "/api/orders/7").header("X-Beta", "1")).body())
                .isEqualTo("beta");
        assertThat(orders.asked).extracting(Backend.Asked::uri).containsExactly("/v2/7?x=1", "/v2");
        assertThat(get(gateway, "/api/ordersX").statusCode()).isEqualTo(404);
        assertThat(get(gateway, "/orders/by-name").body()).isEqualTo("orders");
        assertThat(http.send(
                                java.net.http.HttpRequest.newBuilder(java.net.URI.create("http://localhost:"
                                                + gateway.address().getPort() + "/anything"))
                                        .timeout(LIMIT)
                                        .build(),
                                java.net.http.HttpResponse.BodyHandlers.ofString())
                        .body())
                .isEqualTo("shop");

        write("defaultRoutes: false\nrules: [{path: /only, service: orders}]");
        awaitNews("1 rule in force");
        assertThat(get(gateway, "/orders/by-name").statusCode()).isEqualTo(404);
        assertThat(get(gateway, "/only").body()).isEqualTo("orders");
    }

    @Test
    void badSetIsRefusedAsAWholeWhileTheOldOneStaysAndTheErrorIsShown() throws Exception {
        backend("orders", Backend.text("orders"));
        Gateway gateway = ruled();
        write("rules: [{path: /a, service: orders}]");
        awaitNews("1 rule in force");

        write("rules: [{path: /b, service: orders}, {path: /c/../d, service: orders}]");
        awaitNews("not taken, those before stay in force");

        assertThat(news).last().asString().contains("rules[1]: path: '/c/../d'");
        assertThat(get(gateway, "/a").body()).isEqualTo("orders");
        assertThat(get(gateway, "/b").statusCode()).isEqualTo(404);

        write("rules: [{path: /b, service: orders}]");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(get(gateway, "/b").statusCode()).isEqualTo(200));
        assertThat(get(gateway, "/a").statusCode()).isEqualTo(404);
    }

    @Test
    void gatewayThatStartsOnABadSetServesNothingRatherThanWhatNobodyWanted() throws Exception {
        backend("orders", Backend.text("orders"));
        write("rules: nonsense");
        Gateway gateway = ruled();
        awaitNews("there are none before");

        var response = get(gateway, "/orders/");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("rules_unknown");
    }

    @Test
    void canaryGetsItsShareAndAHashKeepsItsInstance() throws Exception {
        opened(Backend.start(rollcall, "orders", now -> now.withVersion("1"), Backend.text("1")));
        opened(Backend.start(rollcall, "orders", now -> now.withVersion("2"), Backend.text("2")));
        Gateway gateway = ruled();
        write("""
            rules:
              - {path: /canary, service: orders, canary: {version: "2", share: 1}}
              - {path: /stable, service: orders, canary: {version: "2", share: 0}}
              - {path: /hash, service: orders, balancer: consistentHash, hashOn: "header:X-User"}
            """);
        awaitNews("3 rules in force");

        for (int i = 0; i < 20; i++) {
            assertThat(get(gateway, "/canary").body()).isEqualTo("2");
            assertThat(get(gateway, "/stable").body()).isEqualTo("1");
        }
        String first = send(request(gateway, "/hash").header("X-User", "ann")).body();
        for (int i = 0; i < 20; i++) {
            assertThat(send(request(gateway, "/hash").header("X-User", "ann")).body())
                    .isEqualTo(first);
        }
    }

    @Test
    void timeoutOfARuleIsItsOwn() throws Exception {
        java.util.concurrent.CountDownLatch done = new java.util.concurrent.CountDownLatch(1);
        backend("slow", exchange -> done.await());
        Gateway gateway = ruled();
        write("rules: [{path: /slow, service: slow, timeout: 100ms, attempts: 1}]");
        awaitNews("1 rule in force");

        var response = get(gateway, "/slow");
        done.countDown();

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.body()).contains("within 100 ms");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        rules: [{path: /a}]                                         | rules[0]: service: none
        rules: [{path: a, service: x}]                              | path: 'a'
        rules: [{path: '/a?b', service: x}]                         | path: '/a?b'
        rules: [{path: /a, service: x/y}]                           | service: "x/y"
        rules: [{path: /a, service: x, host: 'h:80'}]               | host: 'h:80'
        rules: [{path: /a, service: x, timeout: 5}]                 | timeout
        rules: [{path: /a, service: x, timeout: 0s}]                | timeout
        rules: [{path: /a, service: x, attempts: 11}]               | attempts: 11
        rules: [{path: /a, service: x, balancer: best}]             | balancer: 'best'
        rules: [{path: /a, service: x, canary: {version: '2', share: 2}}] | canary
        rules: [{path: /a, service: x, hashOn: client}]             | hashOn
        rules: [{path: /a, service: x, balancer: consistentHash, hashOn: moon}] | hashOn: 'moon'
        rules: [{path: /a, service: x, weight: 3}]                  | weight
        rules: [null]                                               | service: none
        """)
    void whatIsWrongIsNamed(String text, String expected) {
        assertThatThrownBy(() -> RulesText.decoder(DEFAULTS).decode(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }
}
