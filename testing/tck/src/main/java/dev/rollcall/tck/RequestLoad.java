package dev.rollcall.tck;

import static org.awaitility.Awaitility.await;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/**
 * Consumers that send one request after the other, each to whom the selector picks, and without trying again: by {@code POST}, as the JDK's
 * client repeats what is idempotent when a connection that it had kept turns out to be closed.
 */
final class RequestLoad implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int MAX_GENERATIONS = 4;
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(10);

    private final Selector selector;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LONGEST_REQUEST)
            .build();
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicIntegerArray picks = new AtomicIntegerArray(THREADS);
    private final AtomicIntegerArray byGeneration = new AtomicIntegerArray(MAX_GENERATIONS);
    private volatile boolean stopping;

    private RequestLoad(Selector selector) {
        this.selector = selector;
    }

    static RequestLoad start(Selector selector) {
        RequestLoad load = new RequestLoad(selector);
        for (int i = 0; i < THREADS; i++) {
            int consumer = i;
            Thread thread = new Thread(() -> load.send(consumer), "load-" + i);
            thread.setDaemon(true);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    /** Waits until so many more requests have been answered, or one has failed. */
    void awaitMore(int requests, Duration atMost) {
        int wanted = answered.get() + requests;
        await().atMost(atMost)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> answered.get() >= wanted || !failures.isEmpty());
    }

    /**
     * Waits until each request under way goes to somebody whom the selector would choose now, or one has failed: until every consumer has
     * picked twice, so that whoever was making the latest picker is done, and after that twice again, as others went by the former one
     * meanwhile.
     */
    void awaitPicksOfNow(Duration atMost) {
        for (int phase = 0; phase < 2; phase++) {
            int[] before = IntStream.range(0, THREADS).map(picks::get).toArray();
            await().atMost(atMost)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> !failures.isEmpty()
                            || IntStream.range(0, THREADS).allMatch(i -> picks.get(i) >= before[i] + 2));
        }
    }

    List<String> failures() {
        return failures;
    }

    int answeredByGeneration(int generation) {
        return byGeneration.get(generation);
    }

    private void send(int consumer) {
        while (!stopping) {
            String to = "nobody";
            picks.incrementAndGet(consumer);
            try (Pick pick = selector.pick()) {
                to = pick.instance().endpoint().toString();
                HttpRequest request = HttpRequest.newBuilder(URI.create(to + "/"))
                        .timeout(LONGEST_REQUEST)
                        .POST(BodyPublishers.noBody())
                        .build();
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                byGeneration.incrementAndGet(Integer.parseInt(response.body()));
                answered.incrementAndGet();
                pick.succeeded();
            } catch (IOException | RuntimeException e) {
                failures.add(to + ": " + e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        stopping = true;
        for (Thread thread : threads) {
            try {
                thread.join(LONGEST_REQUEST.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
