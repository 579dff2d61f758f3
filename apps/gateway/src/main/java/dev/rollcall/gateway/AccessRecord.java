package dev.rollcall.gateway;

import io.vertx.core.http.HttpServerRequest;

/** What is noted of one request, for the metrics and the access log. Used on the request's event loop only. */
final class AccessRecord {
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
        return client + " " + AccessLog.shown(request.method().name()) + " " + AccessLog.shown(request.uri()) + " "
                + request.version() + " " + status
                + " in="
                + bytesIn + " out=" + bytesOut + " ms=" + AccessLog.millis(nanos) + " "
                + service + " " + AccessLog.shown(instance) + " tries=" + attempts + " " + outcome;
    }
}
