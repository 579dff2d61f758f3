package dev.rollcall.gateway;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A response of the gateway's own, which says why there is no other. Immutable.
 *
 * @param status the HTTP status
 * @param error what happened, in one word for programs
 * @param message what happened, and what can be done about it
 * @param service the service concerned, empty if none is
 * @param tried the instances tried and how each failed
 */
record Refusal(int status, String error, String message, String service, List<String> tried) {
    private static final int GRPC_UNKNOWN = 2;
    private static final int GRPC_INTERNAL = 13;
    private static final int GRPC_UNAVAILABLE = 14;
    private static final int GRPC_DEADLINE_EXCEEDED = 4;
    private static final int GRPC_UNIMPLEMENTED = 12;
    private static final int GRPC_RESOURCE_EXHAUSTED = 8;

    Refusal {
        tried = List.copyOf(tried);
    }

    static Refusal of(int status, String error, String message) {
        return new Refusal(status, error, message, "", List.of());
    }

    /** Sends it, instead of a response that has not begun. */
    void send(HttpServerResponse response, boolean grpc) {
        if (grpc) {
            sendGrpc(response);
            return;
        }
        JsonObject body =
                new JsonObject().put("status", status).put("error", error).put("message", message);
        if (!service.isEmpty()) {
            body.put("service", service);
        }
        if (!tried.isEmpty()) {
            body.put("tried", new JsonArray(tried));
        }
        response.setStatusCode(status)
                .putHeader("content-type", "application/json")
                .putHeader("cache-control", "no-store")
                .end(body.encode() + "\n");
    }

    /** As gRPC's clients expect it: what would be an HTTP status is lost on them. */
    private void sendGrpc(HttpServerResponse response) {
        response.setStatusCode(200)
                .putHeader("content-type", "application/grpc")
                .putHeader("grpc-status", Integer.toString(grpcStatus()))
                .putHeader("grpc-message", percentEncoded(message + (tried.isEmpty() ? "" : " " + tried)))
                .end();
    }

    private int grpcStatus() {
        return switch (status) {
            case 400 -> GRPC_INTERNAL;
            case 404 -> GRPC_UNIMPLEMENTED;
            case 413 -> GRPC_RESOURCE_EXHAUSTED;
            case 502, 503 -> GRPC_UNAVAILABLE;
            case 504 -> GRPC_DEADLINE_EXCEEDED;
            default -> GRPC_UNKNOWN;
        };
    }

    /** As gRPC's protocol encodes messages: what is no printable ASCII, and the percent sign, byte by byte. */
    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b < 0x7f && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(Character.toUpperCase(Character.forDigit((b >> 4) & 0xf, 16)));
                encoded.append(Character.toUpperCase(Character.forDigit(b & 0xf, 16)));
            }
        }
        return encoded.toString();
    }
}
