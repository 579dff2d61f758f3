package dev.rollcall.gateway;

import dev.rollcall.Endpoint;
import dev.rollcall.balance.NoInstanceException;
import dev.rollcall.balance.Pick;
import dev.rollcall.balance.Selector;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket (RFC 6455): the handshake goes to an instance, to another one if there is no connection to the first, and when it is accepted bytes
 * pass in both directions as they come, no faster than the other side takes them. Used on the request's event loop only.
 */
final class Tunnel {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final Worker worker;
    private final AccessRecord record;
    private final HttpServerRequest request;
    private final Destination destination;
    private final RoutedService service;
    private final Set<String> triedIds = new HashSet<>();
    private final List<String> tried = new ArrayList<>();
    private boolean budgetSpent;

    Tunnel(Worker worker, AccessRecord record, Destination destination, RoutedService service) {
        this.worker = worker;
        this.record = record;
        this.request = record.request().pause();
        this.destination = destination;
        this.service = service;
    }

    /** Whether a request asks for a WebSocket, in the only version of HTTP that this gateway takes it in. */
    static boolean isWanted(HttpServerRequest request) {
        String upgrade = request.getHeader("upgrade");
        String connection = request.getHeader("connection");
        return upgrade != null
                && connection != null
                && upgrade.equalsIgnoreCase("websocket")
                && connection.toLowerCase(Locale.ROOT).contains("upgrade")
                && request.version() == HttpVersion.HTTP_1_1
                && request.method().name().equals("GET");
    }

    void begin() {
        service.budget().deposit();
        Selector selector = service.selector(destination.policy().balancing());
        String key = destination.hashKey().of(request);
        try {
            attempt(key == null ? selector.pick() : selector.pick(key));
        } catch (NoInstanceException e) {
            refuse(503, "no_instances", e.getMessage() + "." + service.standing());
        }
    }

    private void attempt(Pick pick) {
        String id = pick.instance().id();
        TrafficCounters.Counter counter = worker.counters().of(service.name(), id);
        counter.begin();
        record.attempt(id);
        Endpoint endpoint = Upstreams.endpoint(pick.instance(), false);
        Future<HttpClientRequest> connecting = endpoint == null
                ? Future.failedFuture("no endpoint that speaks HTTP")
                : worker.upstreams().upgrade(endpoint, request.method(), destination.uri());
        connecting.onComplete(connected -> {
            if (connected.failed()) {
                pick.failed();
                counter.end(true);
                triedIds.add(id);
                failed(id, AttemptFailure.connecting(connected.cause()));
            } else {
                shakeHands(connected.result(), pick, counter);
            }
        });
    }

    private void shakeHands(HttpClientRequest to, Pick pick, TrafficCounters.Counter counter) {
        HostAndPort authority = request.authority();
        if (authority != null) {
            to.authority(authority);
        }
        HeaderFields.copyRequest(
                request, destination.prefix(), worker.settings().trustForwarded(), to.headers());
        to.headers().set("connection", "Upgrade").set("upgrade", "websocket");
        to.exceptionHandler(failure -> {});
        long limit = destination.policy().tryTimeout().toMillis();
        to.connect().timeout(limit, TimeUnit.MILLISECONDS).onComplete(answered -> {
            if (answered.succeeded()) {
                answered(answered.result(), pick, counter);
                return;
            }
            to.reset();
            pick.failed();
            counter.end(true);
            AttemptFailure failure = answered.cause() instanceof java.util.concurrent.TimeoutException
                    ? AttemptFailure.timeout(limit)
                    : AttemptFailure.afterSending(answered.cause());
            tried.add(pick.instance().id() + ": " + failure.text());
            refuse(failure.status(), failure.error(), "The handshake failed: " + failure.text() + ".");
        });
    }

    private void failed(String id, AttemptFailure failure) {
        tried.add(id + ": " + failure.text());
        Pick next = next();
        if (next != null) {
            attempt(next);
        } else {
            refuse(
                    failure.status(),
                    failure.error(),
                    "No connection to an instance of " + service.name() + ", the last with: " + failure.text() + "."
                            + (budgetSpent ? RoutedService.BUDGET_SPENT : "") + service.standing());
        }
    }

    private @Nullable Pick next() {
        if (tried.size() >= destination.policy().attempts()) {
            return null;
        }
        Pick next;
        try {
            next = service.selector(destination.policy().balancing()).pickExcept(triedIds);
        } catch (NoInstanceException nobodyElse) {
            return null;
        }
        if (!service.budget().tryWithdraw()) {
            next.close();
            budgetSpent = true;
            return null;
        }
        return next;
    }

    private void answered(HttpClientResponse answer, Pick pick, TrafficCounters.Counter counter) {
        Pick open = pick.again();
        if (answer.statusCode() >= 500) {
            pick.failed();
        } else {
            pick.succeeded();
        }
        HeaderFields.copyResponse(answer.headers(), request.response().headers());
        if (answer.statusCode() != SWITCHING_PROTOCOLS) {
            passRefusal(answer, open, counter);
            return;
        }
        request.response().headers().set("connection", "Upgrade").set("upgrade", "websocket");
        NetSocket instance = answer.netSocket();
        instance.pause();
        request.toNetSocket().onComplete(switched -> join(switched, instance, open, counter));
    }

    private void join(AsyncResult<NetSocket> switched, NetSocket instance, Pick open, TrafficCounters.Counter counter) {
        if (switched.failed()) {
            instance.close();
            open.close();
            counter.end(false);
            record.clientGone(0, 0);
            return;
        }
        NetSocket client = switched.result();
        long[] bytes = new long[2];
        pass(client, instance, bytes, 0);
        pass(instance, client, bytes, 1);
        client.closeHandler(closed -> {
            instance.close();
            open.close();
            counter.end(false);
            record.end(SWITCHING_PROTOCOLS, bytes[1], bytes[0]);
        });
        instance.closeHandler(closed -> client.close());
        instance.resume();
        client.resume();
    }

    /** Not a pipe of Vert.x's, which has no count. */
    private static void pass(NetSocket from, NetSocket to, long[] bytes, int index) {
        to.drainHandler(drained -> from.resume());
        from.exceptionHandler(failure -> from.close());
        from.handler(chunk -> {
            bytes[index] += chunk.length();
            to.write(chunk);
            if (to.writeQueueFull()) {
                from.pause();
            }
        });
    }

    /** The instance does not want it, and says so in an ordinary response. */
    private void passRefusal(HttpClientResponse answer, Pick open, TrafficCounters.Counter counter) {
        request.response().setStatusCode(answer.statusCode());
        request.response().headers().remove("content-length");
        answer.body()
                .timeout(destination.policy().tryTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(body -> {
                    open.close();
                    counter.end(answer.statusCode() >= 500);
                    record.end(
                            answer.statusCode(),
                            body.succeeded() ? body.result().length() : 0,
                            0);
                    request.resume();
                    if (body.succeeded()) {
                        request.response().end(body.result());
                    } else {
                        request.response().end();
                    }
                });
    }

    private void refuse(int status, String error, String message) {
        Refusal refusal = new Refusal(status, error, message, service.name(), tried);
        record.refused(refusal, 0);
        request.resume();
        refusal.send(request.response(), false);
    }
}
