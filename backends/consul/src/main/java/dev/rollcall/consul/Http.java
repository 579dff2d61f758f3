package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.EventLoop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Sends requests to agents, each with a deadline and a largest answer. On the serial thread. */
final class Http {
    private static final String INDEX = "X-Consul-Index";
    private static final String FILTERED = "X-Consul-Results-Filtered-By-ACLs";
    private static final String TOKEN = "X-Consul-Token";

    private final ConsulSettings settings;
    private final Serial serial;
    private final Failures failures;
    private final HttpClient client;

    Http(ConsulSettings settings, Serial serial, Failures failures) {
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
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.build(), head -> new BoundedBody(settings.maxAnswerBytes()));
        exchange.begin(answer, atMost);
        return exchange;
    }

    private static long index(HttpResponse<?> response) {
        String text = response.headers().firstValue(INDEX).orElse("0");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    /** A request under way. */
    final class Exchange {
        private final HostPort agent;
        private final Call call;
        private final Reply reply;
        private @Nullable CompletableFuture<HttpResponse<byte[]>> answer;
        private EventLoop.@Nullable Timer deadline;
        private boolean over;

        private Exchange(HostPort agent, Call call, Reply reply) {
            this.agent = agent;
            this.call = call;
            this.reply = reply;
        }

        private void begin(CompletableFuture<HttpResponse<byte[]>> underWay, Duration atMost) {
            answer = underWay;
            deadline = serial.schedule(atMost, () -> {
                if (!over) {
                    cancel();
                    reply.failed(failures.late(agent, call));
                }
            });
            CompletionStage<HttpResponse<byte[]>> outcome = underWay;
            outcome.whenComplete((response, failure) -> serial.execute(() -> done(response, failure)));
        }

        private void done(@Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
            if (over) {
                return;
            }
            end();
            if (response == null) {
                reply.failed(failures.transport(
                        agent,
                        call,
                        failure == null ? new IllegalStateException("neither answer nor failure") : failure));
                return;
            }
            if (response.statusCode() == Failures.FORBIDDEN) {
                settings.token().reload();
            }
            boolean filtered =
                    response.headers().firstValue(FILTERED).orElse("").equalsIgnoreCase("true");
            reply.answered(new Answer(response.statusCode(), index(response), filtered, response.body()));
        }

        HostPort agent() {
            return agent;
        }

        /** Closes the connection; the reply hears nothing of it. Idempotent. */
        void cancel() {
            end();
            if (answer != null) {
                answer.cancel(true);
            }
        }

        private void end() {
            over = true;
            if (deadline != null) {
                deadline.close();
            }
        }
    }
}
