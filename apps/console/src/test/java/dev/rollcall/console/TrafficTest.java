package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void countsBecomeRequestsASecond() {
        AtomicLong millis = new AtomicLong();
        InstantSource time = () -> START.plusMillis(millis.get());
        Map<String, Long> first = Map.of("a", 100L, "b", 50L);
        Map<String, Long> second = Map.of("a", 130L, "b", 50L, "c", 7L);
        TrafficMeter meter = new TrafficMeter(
                service -> !service.equals("orders") ? Map.of() : millis.get() < 2000 ? first : second,
                time.withZone(ZoneOffset.UTC));

        millis.set(1000);
        assertThat(meter.measure(List.of("orders", "users")).perSecond())
                .as("what was before is no traffic of now")
                .isEqualTo(Map.of("orders", Map.of("a", 0.0, "b", 0.0)));
        millis.set(3000);
        assertThat(meter.measure(List.of("orders", "users")).perSecond())
                .isEqualTo(Map.of("orders", Map.of("a", 15.0, "b", 0.0, "c", 0.0)));
    }

    @Test
    void aPageIsToldEachServicesTrafficAndTheSharesOfTheOneItShows() throws Exception {
        AtomicLong requests = new AtomicLong();
        try (Rollcall rollcall = Rollcall.connect("memory:" + UUID.randomUUID());
                Console console = Console.builder(rollcall)
                        .listen("127.0.0.1", 0)
                        .clock(Clock.systemUTC())
                        .traffic(service -> Map.of("10.0.0.1:80", requests.addAndGet(100)))
                        .start();
                EventReader page = EventReader.open(HttpClient.newHttpClient(), console.uri(), "?service=orders")) {
            page.awaitEvent("hello", "\"traffic\":true");
            rollcall.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(Duration.ofSeconds(20));
            page.awaitEvent(
                    "traffic", "\"services\":{\"orders\":", "\"service\":\"orders\",\"instances\":{\"10.0.0.1:80\":");
        }
    }
}
