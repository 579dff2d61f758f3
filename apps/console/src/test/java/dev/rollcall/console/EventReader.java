package dev.rollcall.console;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page that listens, without the page: the events as they come. */
final class EventReader implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern STREAM = Pattern.compile("\"stream\":\"([0-9a-f]{32})\"");

    private final HttpResponse<InputStream> response;
    private final List<Event> events = new CopyOnWriteArrayList<>();

    /** One event: its name, and its data as text. */
    record Event(String name, String data) {}

    private EventReader(HttpResponse<InputStream> response) {
        this.response = response;
        Thread reader = new Thread(this::read, "events");
        reader.setDaemon(true);
        reader.start();
    }

    static EventReader open(HttpClient client, String console, String query) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(console + "events" + query)).build();
        return new EventReader(client.send(request, HttpResponse.BodyHandlers.ofInputStream()));
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    /** Waits for an event of this name whose data contains all the texts. */
    Event awaitEvent(String name, String... texts) {
        Predicate<Event> wanted =
                event -> event.name().equals(name) && List.of(texts).stream().allMatch(event.data()::contains);
        await("an event " + name + " with " + List.of(texts))
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> events.stream().anyMatch(wanted));
        return events.stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Waits for an event of any name with a text. */
    void awaitAny(String text) {
        await("an event with " + text)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> events.stream().anyMatch(event -> event.data().contains(text)));
    }

    /** The name by which the server knows this reader. */
    String stream() {
        Matcher stream = STREAM.matcher(awaitEvent("hello").data());
        if (!stream.find()) {
            throw new AssertionError(events);
        }
        return stream.group(1);
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }

    private void read() {
        String name = "";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    events.add(new Event(name, line.substring("data: ".length())));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // Closed, by one side or the other.
        }
    }
}
