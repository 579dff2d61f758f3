package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An agent's HTTP API as a test uses it, past the backend. Blocks. */
final class ConsulApi {
    private static final byte[] NOTHING = {};
    private static final JsonFactory JSON = new JsonFactory();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Pattern SESSION_ID = Pattern.compile("\"ID\": *\"([0-9a-f-]+)\"");

    private final String endpoint;
    private final String token;

    ConsulApi(String endpoint) {
        this(endpoint, "");
    }

    ConsulApi(String endpoint, String token) {
        this.endpoint = endpoint;
        this.token = token;
    }

    String get(String path) {
        return new String(send("GET", path, NOTHING).body(), StandardCharsets.UTF_8);
    }

    String put(String path, String body) {
        return put(path, body.getBytes(StandardCharsets.UTF_8));
    }

    String put(String path, byte[] body) {
        HttpResponse<byte[]> response = send("PUT", path, body);
        String text = new String(response.body(), StandardCharsets.UTF_8);
        if (response.statusCode() != 200) {
            throw new IllegalStateException("PUT " + path + ": " + response.statusCode() + " " + text);
        }
        return text;
    }

    void delete(String path) {
        send("DELETE", path, NOTHING);
    }

    private HttpResponse<byte[]> send(String method, String path, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + endpoint + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("X-Consul-Token", token);
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The ids of the agent's own services of a name whose heartbeat's check, or whose other checks, aren't critical. */
    Set<String> living(String name) {
        String filter = URLEncoder.encode("ServiceName == \"" + name + "\"", StandardCharsets.UTF_8);
        Map<String, Map<String, String>> checks = objects(get("/v1/agent/checks?filter=" + filter));
        Set<String> dead = new TreeSet<>();
        checks.values().forEach(check -> {
            if ("critical".equals(check.get("Status"))) {
                dead.add(check.getOrDefault("ServiceID", ""));
            }
        });
        Set<String> living = new TreeSet<>();
        filter = URLEncoder.encode("Service == \"" + name + "\"", StandardCharsets.UTF_8);
        objects(get("/v1/agent/services?filter=" + filter)).forEach((id, service) -> {
            if (!dead.contains(id)) {
                living.add(service.getOrDefault(MetaKeys.ID, id));
            }
        });
        return living;
    }

    /** The objects in an object by their names, and of each the texts in it and in the objects in it. */
    private static Map<String, Map<String, String>> objects(String text) {
        Map<String, Map<String, String>> objects = new TreeMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                Map<String, String> object = new TreeMap<>();
                objects.put(json.currentName(), object);
                int depth = 0;
                do {
                    JsonToken token = json.nextToken();
                    depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                    if (token == JsonToken.VALUE_STRING && json.currentName() != null) {
                        object.put(json.currentName(), json.getText());
                    }
                } while (depth > 0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
        return objects;
    }

    /** The catalogue's services of a name, with their checks. */
    List<CatalogEntry> ofCatalogue(String name) {
        try {
            return CatalogReader.healthOfService(send("GET", "/v1/health/service/" + Call.part(name), NOTHING)
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void deregister(String serviceId) {
        put("/v1/agent/service/deregister/" + Call.part(serviceId), "");
    }

    /** Ends every heartbeat's check as its TTL would. */
    void failHeartbeats() {
        for (String check : names("/v1/agent/checks")) {
            if (check.startsWith("rollcall:")) {
                put("/v1/agent/check/fail/" + Call.part(check), "");
            }
        }
    }

    /** Ends all sessions there are. */
    void endSessions() {
        for (Matcher id = SESSION_ID.matcher(get("/v1/session/list")); id.find(); ) {
            put("/v1/session/destroy/" + id.group(1), "");
        }
    }

    void deregisterAll() {
        names("/v1/agent/services").stream().filter(id -> !id.equals("consul")).forEach(this::deregister);
    }

    private Set<String> names(String path) {
        return objects(get(path)).keySet();
    }
}
