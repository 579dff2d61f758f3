package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A page that takes nothing for a while is told everything anew, instead of everything in between. */
class SlowPageTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int INSTANCES = 60;

    @Test
    void aSlowPageIsToldEverythingAnewInsteadOfEverythingInBetween() throws Exception {
        String store = "memory:" + UUID.randomUUID();
        try (Rollcall rollcall = Rollcall.connect(store);
                Console console =
                        Console.builder(rollcall).listen("127.0.0.1", 0).start();
                Socket slow = new Socket()) {
            List<Registration> registrations = new ArrayList<>();
            for (int i = 0; i < INSTANCES; i++) {
                registrations.add(rollcall.register(
                        Instance.of("orders", "http://10.0.0." + i + ":80").withMetadata("text", "x".repeat(10_000))));
            }
            slow.setReceiveBufferSize(4096);
            URI uri = URI.create(console.uri());
            slow.connect(new java.net.InetSocketAddress(uri.getHost(), uri.getPort()));
            slow.getOutputStream()
                    .write("GET /events?service=orders HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            try (EventReader quick = EventReader.open(HttpClient.newHttpClient(), console.uri(), "?service=orders")) {
                // Each round is 600 kB for who shows the service: far more than sockets and the server keep.
                for (int weight = 2; weight <= 20; weight++) {
                    int now = weight;
                    for (Registration one : registrations) {
                        var unused = one.update(instance -> instance.withWeight(now));
                    }
                    await().atMost(LIMIT)
                            .until(() -> quick.events().stream()
                                    .anyMatch(event -> event.name().equals("instances")
                                            && event.data().contains("\"weight\":" + now)));
                }
            }
            Registration last = rollcall.register(Instance.of("users", "http://10.0.0.1:80"));
            last.awaitRegistered(LIMIT);
            assertThat(readUntilSecondState(slow)).contains("\"name\":\"users\"");
        }
    }

    private static String readUntilSecondState(Socket socket) throws Exception {
        socket.setSoTimeout((int) LIMIT.toMillis());
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        long bytes = 0;
        int states = 0;
        while (true) {
            String line = lines.readLine();
            bytes += line.length();
            assertThat(bytes).as("what was kept for a page that took nothing").isLessThan(20_000_000);
            if (line.equals("event: state") && ++states == 2) {
                return lines.readLine();
            }
        }
    }
}
