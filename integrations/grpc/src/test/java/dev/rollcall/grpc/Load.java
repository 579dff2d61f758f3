package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** Threads that call one after the other, without a pause, until this is closed. */
final class Load implements AutoCloseable {
    static final int THREADS = 4;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Channel channel;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Status> failures = new ConcurrentLinkedQueue<>();
    private volatile Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    Load(Channel channel) {
        this.channel = channel;
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(this::callOn, "load-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void callOn() {
        while (!stopping) {
            Map<String, LongAdder> counted = answers;
            try {
                counted.computeIfAbsent(Hello.call(channel), name -> new LongAdder())
                        .increment();
            } catch (StatusRuntimeException e) {
                failures.add(e.getStatus());
            }
        }
    }

    /**
     * Waits until that many calls in succession, or nearly, were answered by exactly these: counts anew whenever another
     * answers.
     */
    Map<String, Long> awaitAnswersFrom(int calls, String... names) {
        Set<String> expected = Set.of(names);
        Awaitility.await().atMost(LONGEST_WAIT).until(() -> {
            if (!expected.containsAll(answers.keySet())) {
                answers = new ConcurrentHashMap<>();
            }
            return total(answers) >= calls && answers.keySet().equals(expected);
        });
        return answers.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().sum()));
    }

    /** Waits until that many more calls were answered by whomever. */
    void awaitAnswers(int calls) {
        answers = new ConcurrentHashMap<>();
        Awaitility.await().atMost(LONGEST_WAIT).until(() -> total(answers) >= calls);
    }

    private static long total(Map<String, LongAdder> counted) {
        return counted.values().stream().mapToLong(LongAdder::sum).sum();
    }

    Queue<Status> failures() {
        return failures;
    }

    void assertNothingFailed() {
        assertThat(failures).isEmpty();
    }

    @Override
    public void close() {
        stopping = true;
        Awaitility.await().atMost(LONGEST_WAIT).until(() -> threads.stream().noneMatch(Thread::isAlive));
    }
}
