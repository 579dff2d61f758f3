package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EjectionsTest {

    @Test
    void whoIsEjectedAndComesBackIsToldOnceEach() throws Exception {
        AtomicReference<Map<String, String>> ejected = new AtomicReference<>(Map.of());
        Traffic traffic = new Traffic() {
            @Override
            public Map<String, Long> requests(String service) {
                return Map.of();
            }

            @Override
            public Map<String, String> ejected(String service) {
                return service.equals("orders") ? ejected.get() : Map.of();
            }
        };
        try (Rollcall rollcall = Rollcall.connect("memory:" + UUID.randomUUID());
                Console console = Console.builder(rollcall)
                        .listen("127.0.0.1", 0)
                        .traffic(traffic)
                        .start();
                EventReader page = EventReader.open(HttpClient.newHttpClient(), console.uri(), "?service=orders")) {
            rollcall.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(Duration.ofSeconds(20));
            page.awaitAny("\"name\":\"orders\",\"total\":1");
            ejected.set(Map.of("10.0.0.1:80", "5 failures in a row"));
            page.awaitEvent("delta", "\"kind\":\"ejected\"", "\"instance\":\"10.0.0.1:80\"", "5 failures in a row");
            page.awaitEvent("traffic", "\"ejected\":{\"10.0.0.1:80\":\"5 failures in a row\"}");
            ejected.set(Map.of());
            page.awaitEvent("delta", "\"kind\":\"returned\"", "chosen by the gateway again");
            assertThat(page.events().stream().filter(event -> event.data().contains("\"kind\":\"ejected\"")))
                    .hasSize(1);
        }
    }
}
