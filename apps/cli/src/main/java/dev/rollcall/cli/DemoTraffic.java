package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.balance.NoInstanceException;
import dev.rollcall.balance.Pick;
import dev.rollcall.balance.Selector;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Real HTTP requests, each to the instance that a selector picked. Used by one thread at a time. */
final class DemoTraffic {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(10);
    /** Picks for one request, those of an instance that has just failed it included. */
    private static final int MAX_PICKS = 50;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();

    /**
     * What became of some requests.
     *
     * @param byId how many each instance answered, by its own account
     * @param sent how many there were
     * @param retried how many of them found nobody at the first address and were sent to another instance
     * @param failed how many of them nobody answered
     */
    record Outcome(Map<String, Integer> byId, int sent, int retried, int failed) {
        int answered() {
            return sent - failed;
        }

        int by(String id) {
            return byId.getOrDefault(id, 0);
        }
    }

    /** Sends so many, one after the other. */
    Outcome send(Selector selector, int count) throws InterruptedException {
        Tally tally = new Tally();
        for (int i = 0; i < count; i++) {
            send(selector, tally);
        }
        return tally.outcome();
    }

    /** Sends about 100 a second, on a thread of its own, for as long as it is told to. */
    CompletableFuture<Outcome> keepSending(Selector selector, BooleanSupplier goOn) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread sender = new Thread(
                () -> {
                    Tally tally = new Tally();
                    try {
                        while (goOn.getAsBoolean()) {
                            send(selector, tally);
                            Thread.sleep(PAUSE.toMillis());
                        }
                        outcome.complete(tally.outcome());
                    } catch (InterruptedException | RuntimeException e) {
                        outcome.completeExceptionally(e);
                    }
                },
                "demo-traffic");
        sender.setDaemon(true);
        sender.start();
        return outcome;
    }

    /** Asks an instance to report another weight, and tells whether it did. */
    boolean changeWeight(Instance instance, int weight) throws InterruptedException {
        HttpRequest request = request(instance, "/weight")
                .POST(BodyPublishers.ofString(Integer.toString(weight)))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private void send(Selector selector, Tally tally) throws InterruptedException {
        tally.sent++;
        Set<String> refused = new HashSet<>();
        for (int i = 0; i < MAX_PICKS; i++) {
            try (Pick pick = selector.pick()) {
                Instance instance = pick.instance();
                if (refused.contains(instance.id())) {
                    continue;
                }
                if (answers(instance, tally)) {
                    pick.succeeded();
                    tally.retried += refused.isEmpty() ? 0 : 1;
                    return;
                }
                pick.failed();
                refused.add(instance.id());
            } catch (NoInstanceException e) {
                break;
            }
        }
        tally.failed++;
    }

    private boolean answers(Instance instance, Tally tally) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(request(instance, "/").build(), BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                return false;
            }
            tally.byId.merge(response.body(), 1, Integer::sum);
            return true;
        } catch (IOException e) {
            return false; // refused, or the connection broke; a GET may be sent again, to another
        }
    }

    private static HttpRequest.Builder request(Instance instance, String path) {
        URI uri = URI.create(instance.endpoint(DemoServiceCommand.SCHEME) + path);
        return HttpRequest.newBuilder(uri).timeout(REQUEST_LIMIT);
    }

    private static final class Tally {
        private final Map<String, Integer> byId = new TreeMap<>();
        private int sent;
        private int retried;
        private int failed;

        Outcome outcome() {
            return new Outcome(Collections.unmodifiableMap(new TreeMap<>(byId)), sent, retried, failed);
        }
    }
}
