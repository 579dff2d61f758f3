package dev.rollcall.gateway;

import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;

/** What is noted of one request, for the metrics and the access log. Used on the request's event loop only. */
final class AccessRecord {
    private static final int MAX_SHOWN_CHARS = 512;

    private final HttpServerRequest request;
    private final Shared shared;
    private final long startNanos = System.nanoTime();
    private String service = "-";
    private String instance = "-";
    private int attempts;

    AccessRecord(HttpServerRequest request, Shared shared) {
        this.request = request;
        this.shared = shared;
        shared.metrics().begin();
    }

    HttpServerRequest request() {
        return request;
    }

    void service(String name) {
        service = name;
    }

    void attempt(String instanceId) {
        instance = instanceId;
        attempts++;
    }

    /** The response was sent, as far as this gateway can tell. */
    void end(int status, long bytesOut, long bytesIn) {
        note(status, bytesOut, bytesIn, "ok", false);
    }

    /** The response began and broke off. */
    void brokenOff(int status, long bytesOut, long bytesIn) {
        note(status, bytesOut, bytesIn, "broken_off", false);
    }

    void clientGone(long bytesOut, long bytesIn) {
        note(0, bytesOut, bytesIn, "client_gone", false);
    }

    void refused(Refusal refusal, long bytesIn) {
        note(refusal.status(), 0, bytesIn, refusal.error(), true);
    }

    private void note(int status, long bytesOut, long bytesIn, String outcome, boolean refused) {
        long nanos = System.nanoTime() - startNanos;
        shared.metrics().end(service, status, nanos, attempts, refused);
        if (shared.accessLog().isWanted()) {
            shared.accessLog().add(line(status, bytesOut, bytesIn, outcome, nanos));
        }
    }

    private String line(int status, long bytesOut, long bytesIn, String outcome, long nanos) {
        String client = request.remoteAddress() == null
                ? "-"
                : String.valueOf(request.remoteAddress().hostAddress());
        return client + " " + request.method() + " " + shown(request.uri()) + " " + request.version() + " " + status
                + " in="
                + bytesIn + " out=" + bytesOut + " ms=" + String.format(Locale.ROOT, "%.3f", nanos / 1e6) + " "
                + service + " " + shown(instance) + " tries=" + attempts + " " + outcome;
    }

    /** A client's text on one line of bounded length, without the query, which may hold secrets. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_SHOWN_CHARS));
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '?') {
                return shown.append("?…").toString();
            }
            if (shown.length() >= MAX_SHOWN_CHARS) {
                return shown.append('…').toString();
            }
            shown.append(c > ' ' && c != 0x7f && !Character.isISOControl(c) ? c : '_');
        }
        return shown.toString();
    }
}
