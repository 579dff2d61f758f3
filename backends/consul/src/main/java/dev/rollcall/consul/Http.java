package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.EventLoop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to agents, each with a deadline and a largest answer. On the serial thread.
 *
 * <p>Design note. The JDK's client tells of an answer through the common pool, where the application may keep it waiting for as long as it
 * likes; heartbeats must not depend on that. So an answer that has been read is waited for no longer than {@link #POOL_GRACE}. It isn't taken at once because the client puts
 * the connection back only after the last byte has been handed over, and the next request would open another.
 */
final class Http {
    private static final Duration POOL_GRACE = Duration.ofMillis(20);
    private static final String INDEX = "X-Consul-Index";
    private static final String FILTERED = "X-Consul-Results-Filtered-By-ACLs";
    private static final String TOKEN = "X-Consul-Token";

    private final ConsulSettings settings;
    private final BackendThread serial;
    private final Failures failures;
    private final HttpClient client;

    Http(ConsulSettings settings, BackendThread serial, Failures failures) {
        this.settings = settings;
        this.serial = serial;
        this.failures = failures;
        client = HttpClients.client(settings);
    }

    /** What becomes of a request; one of the two is called, once, unless the exchange is cancelled. */
    interface Reply {
        void answered(Answer answer);

        /** No answer came; whether the agent carried the request out is unknown. */
        void failed(StoreException cause);
    }

    /**
     * Sends a request.
     *
     * @param atMost how long it may take until its answer is read to the end
     */
    Exchange send(HostPort agent, Call call, Duration atMost, Reply reply) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.base(agent) + call.target()))
                .method(
                        call.method(),
                        call.method().equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(call.body()));
        settings.token().value().ifPresent(token -> request.header(TOKEN, token));
        Exchange exchange = new Exchange(agent, call, reply);
        exchange.begin(
                client.sendAsync(request.build(), head -> {
                    BoundedBody body = new BoundedBody(settings.maxAnswerBytes());
                    exchange.follow(head, body.getBody());
                    return body;
                }),
                atMost);
        return exchange;
    }

    private Answer answer(int status, HttpHeaders headers, byte[] body) {
        if (status == Failures.FORBIDDEN) {
            settings.token().reload();
        }
        String index = headers.firstValue(INDEX).orElse("0");
        return new Answer(
                status,
                index.matches("[0-9]{1,18}") ? Long.parseLong(index) : 0,
                headers.firstValue(FILTERED).orElse("").equalsIgnoreCase("true"),
                body);
    }

    /** A request under way. */
    final class Exchange {
        private final HostPort agent;
        private final Call call;
        private final Reply reply;
        private @Nullable CompletableFuture<HttpResponse<byte[]>> underWay;
        private EventLoop.@Nullable Timer deadline;
        private EventLoop.@Nullable Timer grace;
        private boolean over;

        private Exchange(HostPort agent, Call call, Reply reply) {
            this.agent = agent;
            this.call = call;
            this.reply = reply;
        }

        private void begin(CompletableFuture<HttpResponse<byte[]>> sent, Duration atMost) {
            underWay = sent;
            deadline = serial.schedule(atMost, () -> {
                if (!over) {
                    cancel();
                    reply.failed(failures.late(agent, call));
                }
            });
            CompletionStage<HttpResponse<byte[]>> outcome = sent;
            outcome.whenComplete((response, failure) -> serial.execute(() -> {
                if (response == null) {
                    failed(failure == null ? new IllegalStateException("neither answer nor failure") : failure);
                } else {
                    answered(response.statusCode(), response.headers(), response.body());
                }
            }));
        }

        /** The head is there; called by the client's thread. */
        private void follow(HttpResponse.ResponseInfo head, CompletionStage<byte[]> body) {
            body.whenComplete((bytes, failure) -> serial.execute(() -> {
                if (!over) {
                    grace = serial.schedule(POOL_GRACE, () -> {
                        if (bytes == null) {
                            failed(failure);
                        } else {
                            answered(head.statusCode(), head.headers(), bytes);
                        }
                    });
                }
            }));
        }

        private void answered(int status, HttpHeaders headers, byte[] bytes) {
            if (!over) {
                end();
                reply.answered(answer(status, headers, bytes));
            }
        }

        private void failed(Throwable failure) {
            if (!over) {
                end();
                reply.failed(failures.transport(agent, call, failure));
            }
        }

        HostPort agent() {
            return agent;
        }

        /** Closes the connection; the reply hears nothing of it. Idempotent. */
        void cancel() {
            end();
            if (underWay != null) {
                underWay.cancel(true);
            }
        }

        private void end() {
            over = true;
            if (deadline != null) {
                deadline.close();
            }
            if (grace != null) {
                grace.close();
            }
        }
    }
}
