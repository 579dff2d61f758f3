package dev.rollcall.gateway;

import dev.rollcall.Endpoint;
import dev.rollcall.balance.NoInstanceException;
import dev.rollcall.balance.Pick;
import dev.rollcall.balance.Selector;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to an instance, to another one if that fails and it is safe, and the response on its way back. Used on the
 * request's event loop only.
 *
 * <p><b>When it is tried again.</b> Whatever the method, if the instance can't have begun with it: no connection, or HTTP/2's refusal of the
 * stream. Otherwise only idempotent methods (RFC 9110, section 9.2.2), before the response has begun, and if the body that went out
 * already was kept. Each retry goes to an instance not tried yet, takes from the service's budget, and counts towards the route's attempts.
 */
final class Exchange {
    private static final int KEPT_BODY_BYTES = 64 * 1024;
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    private final Worker worker;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Destination destination;
    private final RoutedService service;
    private final boolean grpc;
    private final boolean idempotent;
    private final RequestBody body;
    private final @Nullable String key;
    private final Set<String> triedIds = new HashSet<>();
    private final List<String> tried = new ArrayList<>();
    private final AccessRecord record;
    private @Nullable Attempt current;
    private boolean over;
    private boolean budgetSpent;
    private long passed;

    Exchange(Worker worker, AccessRecord record, Destination destination, RoutedService service) {
        this.worker = worker;
        this.record = record;
        this.request = record.request();
        this.response = request.response();
        this.destination = destination;
        this.service = service;
        this.grpc = isGrpc(request);
        this.idempotent = IDEMPOTENT.contains(request.method().name());
        this.key = destination.hashKey().of(request);
        this.body = new RequestBody(
                request,
                hasBody(request),
                grpc ? Long.MAX_VALUE : worker.settings().maxBodyBytes(),
                idempotent ? KEPT_BODY_BYTES : 0,
                this::refuseLargeBody);
    }

    static boolean isGrpc(HttpServerRequest request) {
        String type = request.getHeader("content-type");
        return type != null && type.startsWith("application/grpc") && request.version() == HttpVersion.HTTP_2;
    }

    /** In HTTP/1 the head says it; in HTTP/2 a request without a length may have a body, which these methods don't. */
    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        if (length != null) {
            return !length.equals("0");
        }
        if (request.version() == HttpVersion.HTTP_2) {
            return switch (request.method().name()) {
                case "GET", "HEAD", "OPTIONS", "DELETE" -> false;
                default -> true;
            };
        }
        return request.headers().contains("transfer-encoding");
    }

    void begin() {
        request.exceptionHandler(failure -> clientGone());
        response.exceptionHandler(failure -> clientGone());
        response.closeHandler(closed -> clientGone());
        service.budget().deposit();
        Selector selector = service.selector(destination.policy().balancing());
        try {
            attempt(key == null ? selector.pick() : selector.pick(key));
        } catch (NoInstanceException e) {
            refuse(503, "no_instances", e.getMessage() + "." + service.standing());
        }
    }

    private void attempt(Pick pick) {
        Endpoint endpoint = Upstreams.endpoint(pick.instance(), grpc);
        Attempt attempt = new Attempt(
                this, pick, worker.counters().of(service.name(), pick.instance().id()));
        current = attempt;
        record.attempt(pick.instance().id());
        if (endpoint == null) {
            attempt.failed(new AttemptFailure(AttemptFailure.Kind.NO_ENDPOINT, "no endpoint that speaks HTTP"));
        } else {
            attempt.start(endpoint);
        }
    }

    /** Called once by an attempt that ended without a response. */
    void attemptFailed(Attempt attempt, AttemptFailure failure) {
        body.detach();
        if (over) {
            return;
        }
        triedIds.add(attempt.instanceId());
        tried.add(attempt.instanceId() + ": " + failure.text());
        Pick next = next(failure);
        if (next != null) {
            attempt(next);
        } else {
            refuse(failure.status(), failure.error(), message(failure));
        }
    }

    private String message(AttemptFailure failure) {
        String tries = tried.size() == 1 ? "The instance of " : "All " + tried.size() + " tried instances of ";
        return tries + service.name() + (tried.size() == 1 ? " that was chosen" : "") + " failed, the last with: "
                + failure.text() + "." + (budgetSpent ? RoutedService.BUDGET_SPENT : "") + service.standing();
    }

    /** Whom to try next after a failure; null if nobody may be. */
    private @Nullable Pick next(AttemptFailure failure) {
        if (tried.size() >= destination.policy().attempts()
                || !body.canBeSentAgain()
                || (failure.mayHaveBegun() && !idempotent)) {
            return null;
        }
        Pick next = another(failure);
        if (next != null && !service.budget().tryWithdraw()) {
            next.close();
            budgetSpent = true;
            return null;
        }
        return next;
    }

    private @Nullable Pick another(AttemptFailure failure) {
        Selector selector = service.selector(destination.policy().balancing());
        try {
            return key == null ? selector.pickExcept(triedIds) : selector.pickExcept(triedIds, key);
        } catch (NoInstanceException nobodyElse) {
            return failure.kind() == AttemptFailure.Kind.CONNECTION_LOST ? sameAgain(selector) : null;
        }
    }

    /** A connection that was idle may have been closed just then by an instance that is well. */
    private @Nullable Pick sameAgain(Selector selector) {
        try {
            return key == null ? selector.pick() : selector.pick(key);
        } catch (NoInstanceException e) {
            return null;
        }
    }

    /** Whether a response with this status is worth another try, and whom to ask; null if it is to be passed on. */
    @Nullable
    Pick insteadOf(Attempt attempt, HttpClientResponse answer) {
        if (answer.statusCode() != 503 || grpc || !idempotent) {
            return null;
        }
        triedIds.add(attempt.instanceId());
        tried.add(attempt.instanceId() + ": status 503");
        return next(new AttemptFailure(AttemptFailure.Kind.REFUSED, "status 503"));
    }

    void attemptInstead(Pick next) {
        body.detach();
        attempt(next);
    }

    /** Sends a response on, and ends with it. */
    void pass(Attempt attempt, HttpClientResponse answer) {
        response.setStatusCode(answer.statusCode());
        HeaderFields.copyResponse(answer.headers(), response.headers());
        if (isBodiless(answer)) {
            answer.handler(ignored -> {});
            answer.exceptionHandler(failure -> broken(attempt));
            answer.endHandler(end -> {
                if (!over) {
                    attempt.streamed(answer);
                    end();
                }
            });
            answer.resume();
            return;
        }
        boolean sized = answer.headers().contains("content-length");
        long length = sized ? length(answer) : -1;
        if (!sized) {
            response.setChunked(true);
            worker.vertx().runOnContext(turn -> writeHead());
        }
        response.drainHandler(drained -> answer.resume());
        answer.handler(chunk -> passOn(chunk, answer, length));
        answer.exceptionHandler(failure -> broken(attempt));
        answer.endHandler(end -> {
            if (!over) {
                attempt.streamed(answer);
                HeaderFields.copyResponse(answer.trailers(), response.trailers());
                end();
                closeIfUnsized(sized);
            }
        });
        answer.resume();
    }

    private void passOn(Buffer chunk, HttpClientResponse answer, long length) {
        if (over) {
            return;
        }
        passed += chunk.length();
        if (passed == length) {
            response.end(chunk); // with the head, if that waits: one write instead of two or three
        } else {
            response.write(chunk);
            if (response.writeQueueFull()) {
                answer.pause();
            }
        }
    }

    /** What a response says of its body's length; -1 if that is no number, which decoders let nobody say. */
    private static long length(HttpClientResponse answer) {
        try {
            return Long.parseLong(answer.getHeader("content-length"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Which is how HTTP/1.0 ends what has no length. */
    private void closeIfUnsized(boolean sized) {
        if (!sized && request.version() == HttpVersion.HTTP_1_0) {
            request.connection().close();
        }
    }

    /** Not at once, as the beginning of the body often comes together with the head; not only with it, as it may come much later. */
    private void writeHead() {
        if (!over && !response.headWritten() && request.version() != HttpVersion.HTTP_1_0) {
            response.writeHead();
        }
    }

    private boolean isBodiless(HttpClientResponse answer) {
        int status = answer.statusCode();
        return status == 204
                || status == 304
                || request.method().name().equals("HEAD")
                || (grpc && answer.headers().contains("grpc-status")); // what gRPC calls trailers only
    }

    private void end() {
        over = true;
        record.end(response.getStatusCode(), response.bytesWritten(), body.bytes());
        if (!response.ended()) {
            response.end();
        }
        if (!body.hasEnded()) {
            body.discard();
        }
    }

    /** The response ended too early: the client must be able to tell, so its connection or stream ends as well. */
    private void broken(Attempt attempt) {
        if (over) {
            return;
        }
        attempt.brokeOff();
        if (!response.headWritten()) {
            response.headers().clear();
            attemptFailed(
                    attempt,
                    new AttemptFailure(AttemptFailure.Kind.CONNECTION_LOST, "connection lost before the body came"));
            return;
        }
        over = true;
        record.brokenOff(response.getStatusCode(), response.bytesWritten(), body.bytes());
        response.reset();
    }

    private void clientGone() {
        if (over) {
            return;
        }
        over = true;
        Attempt attempt = current;
        if (attempt != null) {
            attempt.cancel();
        }
        record.clientGone(response.bytesWritten(), body.bytes());
    }

    private void refuseLargeBody() {
        if (over) {
            return;
        }
        Attempt attempt = current;
        if (attempt != null) {
            attempt.cancel();
        }
        if (response.headWritten()) {
            over = true;
            record.brokenOff(response.getStatusCode(), response.bytesWritten(), body.bytes());
            response.reset();
            return;
        }
        over = true;
        Refusal refusal = body.isPresent()
                ? Refusal.of(
                        413,
                        "body_too_large",
                        "The body is longer than the " + worker.settings().maxBodyBytes() + " bytes allowed.")
                : Refusal.of(400, "unexpected_body", "A body where the head of the request announces none.");
        record.refused(refusal, body.bytes());
        refusal.send(response, grpc);
        if (request.version() != HttpVersion.HTTP_2) {
            request.connection().close();
        }
    }

    private void refuse(int status, String error, String message) {
        over = true;
        Refusal refusal = new Refusal(status, error, message, service.name(), tried);
        record.refused(refusal, body.bytes());
        refusal.send(response, grpc);
        body.discard();
    }

    Worker worker() {
        return worker;
    }

    HttpServerRequest request() {
        return request;
    }

    Destination destination() {
        return destination;
    }

    RequestBody body() {
        return body;
    }

    boolean grpc() {
        return grpc;
    }
}
