package dev.rollcall.gateway;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Endpoint;
import dev.rollcall.balance.Pick;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.AsyncResult;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import org.jspecify.annotations.Nullable;

/** A request given to one instance. Reports to the pick and to the counters, once each. Used on the request's event loop only. */
final class Attempt {
    private final Exchange exchange;
    private final Pick pick;
    private final TrafficCounters.Counter counter;
    private final long timeoutMillis;
    private @Nullable Upstream upstream;
    private @Nullable Pick streaming;
    private @Nullable ScheduledFuture<?> timer;
    private boolean over;
    private boolean badStatus;

    Attempt(Exchange exchange, Pick pick, TrafficCounters.Counter counter) {
        this.exchange = exchange;
        this.pick = pick;
        this.counter = counter;
        this.timeoutMillis = exchange.destination().policy().tryTimeout().toMillis();
        counter.begin();
    }

    String instanceId() {
        return pick.instance().id();
    }

    void start(Endpoint endpoint) {
        startTimer();
        exchange.worker()
                .upstreams()
                .request(
                        endpoint,
                        exchange.grpc(),
                        exchange.request().method(),
                        exchange.destination().uri(),
                        this::connected);
    }

    private void startTimer() {
        timer = exchange.worker().schedule(this::timeIsUp, timeoutMillis);
    }

    private void timeIsUp() {
        if (upstream != null && !exchange.body().hasEnded()) {
            startTimer(); // A long upload is no slow answer; one that stands still is ended by the idle timeout.
        } else {
            failed(AttemptFailure.timeout(timeoutMillis));
        }
    }

    private void connected(@Nullable Upstream connected, @Nullable Throwable failure) {
        if (connected == null) {
            failed(AttemptFailure.connecting(requireNonNull(failure, "failure")));
            return;
        }
        if (over) {
            connected.request().exceptionHandler(late -> {}); // or Vert.x logs it
            connected.abandon();
            return;
        }
        upstream = connected;
        send(connected.request());
    }

    private void send(HttpClientRequest to) {
        HttpServerRequest from = exchange.request();
        HostAndPort authority = from.authority();
        if (authority != null) {
            to.authority(authority);
        }
        HeaderFields.copyRequest(
                from,
                exchange.destination().prefix(),
                exchange.worker().settings().trustForwarded(),
                to.headers());
        if (exchange.body().isPresent() && !to.headers().contains("content-length")) {
            to.setChunked(true);
        }
        to.exceptionHandler(failure -> failed(AttemptFailure.afterSending(failure)));
        to.response().onComplete(this::answered);
        exchange.body().sendTo(to);
    }

    private void answered(AsyncResult<HttpClientResponse> result) {
        if (over) {
            return;
        }
        if (result.failed()) {
            failed(AttemptFailure.afterSending(result.cause()));
            return;
        }
        cancelTimer();
        HttpClientResponse answer = result.result().pause();
        Pick instead = exchange.insteadOf(this, answer);
        if (instead != null) {
            over = true;
            pick.overloaded();
            counter.end(true);
            reset();
            exchange.attemptInstead(instead);
            return;
        }
        over = true;
        streaming = pick.again(); // so that the time until the head is what the instance took, and the body counts as
        // under way
        report(answer.statusCode());
        exchange.pass(this, answer);
    }

    private void report(int status) {
        badStatus = status >= 500;
        if (status == 503 || status == 429) {
            pick.overloaded();
        } else if (status >= 500) {
            pick.failed();
        } else {
            pick.succeeded();
        }
    }

    /** Ends this attempt as a failure, unless it has ended. */
    void failed(AttemptFailure failure) {
        if (over) {
            return;
        }
        over = true;
        cancelTimer();
        reset();
        if (failure.kind() == AttemptFailure.Kind.BUSY || failure.kind() == AttemptFailure.Kind.REFUSED) {
            pick.overloaded();
        } else {
            pick.failed();
        }
        counter.end(true);
        exchange.attemptFailed(this, failure);
    }

    /** The response has come to its end. */
    void streamed(HttpClientResponse answer) {
        endStreaming(badStatus);
        Upstream done = upstream;
        if (done != null) {
            upstream = null;
            done.ended(answer);
        }
    }

    /** The response broke off. */
    void brokeOff() {
        Pick open = streaming;
        if (open != null) {
            open.failed();
        }
        endStreaming(true);
        reset();
    }

    /** Nobody wants the response any more. */
    void cancel() {
        if (streaming != null) {
            endStreaming(false);
            reset();
        } else if (!over) {
            over = true;
            cancelTimer();
            pick.close();
            counter.end(false);
            reset();
        }
    }

    private void endStreaming(boolean asFailure) {
        Pick open = streaming;
        if (open != null) {
            streaming = null;
            open.close();
            counter.end(asFailure);
        }
    }

    private void reset() {
        Upstream open = upstream;
        if (open != null) {
            open.abandon();
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
