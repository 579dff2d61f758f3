package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.ChildJvm;
import dev.rollcall.testing.servers.EtcdServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes that come, leave and die, registered in a real etcd, while requests go on without a pause. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class UnderLoadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int MANY = 300;

    @Test
    void noIdempotentRequestFailsWhileInstancesAreKilledAddedAndDrained() throws IOException, InterruptedException {
        try (EtcdServers etcd = EtcdServers.start();
                Rollcall rollcall = Rollcall.connect(etcd.uri());
                Processes processes = new Processes(etcd.uri())) {
            ChildJvm a = processes.start("a");
            ChildJvm b = processes.start("b");
            processes.start("c");
            try (ServiceView view = rollcall.discover("orders")) {
                await().atMost(PATIENCE).until(() -> view.instances().size() == 3);
            }
            try (Gateway gateway = Gateway.builder(rollcall)
                            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .start();
                    Load load = new Load(gateway)) {
                load.awaitAnswersOf("a", "b", "c");
                a.kill();
                load.awaitAnswersOf("b", "c");
                processes.start("d");
                load.awaitAnswersOf("b", "c", "d");
                b.terminate();
                load.awaitAnswersOf("c", "d");
                assertThat(load.failures).isEmpty();
            }
        }
    }

    /** What runs, to be ended with the test. */
    private static final class Processes implements AutoCloseable {
        private final String uri;
        private final List<ChildJvm> started = new ArrayList<>();

        Processes(String uri) {
            this.uri = uri;
        }

        ChildJvm start(String name) throws IOException {
            ChildJvm process = ServiceProcess.start(uri, name);
            started.add(process);
            return process;
        }

        @Override
        public void close() {
            started.forEach(ChildJvm::close);
        }
    }

    /** Four callers, one request after the other, by a method that the JDK's client never tries again by itself. */
    private static final class Load implements AutoCloseable {
        private static final int CALLERS = 4;

        private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final HttpRequest request;
        private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
        private final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private volatile boolean over;

        Load(Gateway gateway) {
            request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + gateway.address().getPort() + "/orders/1"))
                    .timeout(PATIENCE)
                    .PUT(HttpRequest.BodyPublishers.ofString("one order"))
                    .build();
            for (int i = 0; i < CALLERS; i++) {
                callers.execute(this::call);
            }
        }

        private void call() {
            while (!over) {
                try {
                    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                    if (response.statusCode() == 200) {
                        answers.computeIfAbsent(response.body(), name -> new LongAdder())
                                .increment();
                    } else {
                        failures.add(response.statusCode() + " " + response.body());
                    }
                } catch (IOException e) {
                    failures.add(e.toString());
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        /** Waits until each of these has answered many times more. */
        void awaitAnswersOf(String... names) {
            List<Long> before = List.of(names).stream().map(this::count).toList();
            await().atMost(PATIENCE).until(() -> {
                for (int i = 0; i < names.length; i++) {
                    if (count(names[i]) - before.get(i) < MANY) {
                        return false;
                    }
                }
                return true;
            });
        }

        private long count(String name) {
            LongAdder count = answers.get(name);
            return count == null ? 0 : count.sum();
        }

        @Override
        public void close() {
            over = true;
            callers.shutdownNow();
        }
    }
}
