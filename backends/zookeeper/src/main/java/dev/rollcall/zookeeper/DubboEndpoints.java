package dev.rollcall.zookeeper;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The ports that a Dubbo application says to listen on, in an entry of its metadata: {@code [{"port":20880,"protocol":"dubbo"}]}. */
final class DubboEndpoints {
    private static final int MAX_ENDPOINTS = 16;
    private static final JsonFactory JSON = new JsonFactory();

    private DubboEndpoints() {}

    /** Port by protocol, in the order in which they stand; none where the metadata say none, or something else. */
    static Map<String, Integer> read(Map<String, String> metadata) {
        String text = metadata.get(Payload.DUBBO_ENDPOINTS);
        if (text == null) {
            return Map.of();
        }
        Map<String, Integer> ports = new LinkedHashMap<>();
        try (JsonParser in = JSON.createParser(text)) {
            if (in.nextToken() == JsonToken.START_ARRAY) {
                while (in.nextToken() == JsonToken.START_OBJECT && ports.size() < MAX_ENDPOINTS) {
                    readOne(in, ports);
                }
            }
        } catch (IOException e) {
            return Map.of();
        }
        return ports;
    }

    private static void readOne(JsonParser in, Map<String, Integer> into) throws IOException {
        int port = -1;
        String protocol = "";
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            if (name.equals("port") && value == JsonToken.VALUE_NUMBER_INT) {
                port = in.getIntValue();
            } else if (name.equals("protocol") && value == JsonToken.VALUE_STRING) {
                protocol = in.getText().toLowerCase(Locale.ROOT);
            } else {
                in.skipChildren();
            }
        }
        if (port > 0 && port <= 65_535 && InstanceReader.isScheme(protocol)) {
            into.putIfAbsent(protocol, port);
        }
    }
}
