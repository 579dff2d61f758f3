package dev.rollcall.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Backoff;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that a well-behaved agent never gives: a server that says what the test wants. */
class ConsulFailuresTest {
    private static final String ONE = """
            [{"Node":{"Node":"n1","Address":"10.0.0.9"},"Service":{"ID":"a","Service":"orders","Address":"10.0.0.1","Port":80},"Checks":[]}]""";

    private final AtomicInteger questions = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private Rollcall client;
    private volatile Said health = new Said(200, "10", ONE);

    private record Said(int status, String index, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/status/leader", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("\"\"".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.createContext("/v1/health/service/orders", exchange -> {
            questions.incrementAndGet();
            Said asked = health;
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            if (asked.status == 200 && query.contains("index=" + asked.index + "&")) {
                await().atMost(Duration.ofMinutes(1)).until(() -> !health.equals(asked));
            }
            Said now = health;
            byte[] body = now.body.getBytes(StandardCharsets.UTF_8);
            if (!now.index.isEmpty()) {
                exchange.getResponseHeaders().add("X-Consul-Index", now.index);
            }
            exchange.sendResponseHeaders(now.status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        client = Rollcall.builder("consul://127.0.0.1:" + server.getAddress().getPort()
                        + "/?token=secret-token&dc=dc7&maxAnswer=5")
                .requestTimeout(Duration.ofSeconds(3))
                .backoff(new Backoff(Duration.ofMillis(50), Duration.ofMillis(500)))
                .closeOnShutdown(false)
                .connect();
    }

    @AfterEach
    void stop() {
        client.close();
        health = new Said(500, "", "over");
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void aTokenThatExpiresMidWayKeepsTheView() throws InterruptedException {
        assertThat(staleAfter(new Said(403, "", "ACL not found"), Kind.DENIED)).contains("ACL not found", "token");
    }

    @Test
    void aWrongDatacenterIsNamed() throws InterruptedException {
        assertThat(staleAfter(new Said(500, "", "No path to datacenter"), Kind.UNAVAILABLE))
                .contains("?dc=dc7");
    }

    @Test
    void anAnswerThatIsNotJsonKeepsTheView() throws InterruptedException {
        assertThat(staleAfter(new Said(200, "11", "<html>login</html>"), Kind.REJECTED))
                .contains("isn't Consul's JSON");
    }

    @Test
    void anAnswerThatIsTooLargeIsNotReadToItsEnd() throws InterruptedException {
        Said huge = new Said(200, "11", "[" + " ".repeat(6 << 20) + "]");
        assertThat(staleAfter(huge, Kind.REJECTED)).contains("more than 5242880 bytes", "maxAnswer");
    }

    @Test
    void anIndexThatGoesBackwardsIsFollowed() throws InterruptedException {
        ServiceView view = known();
        health = new Said(200, "3", ONE.replace("10.0.0.1", "10.0.0.2"));

        await().atMost(Duration.ofSeconds(20))
                .until(() -> view.instances().get(0).endpoint().host().equals("10.0.0.2"));
        await().atMost(Duration.ofSeconds(20)).until(() -> view.reading() instanceof Reading.Fresh);
    }

    @Test
    void anAgentThatNeverWaitsAndErrorsThatNeverEndAreNoHotLoop() throws InterruptedException {
        known();
        health = new Said(500, "", "rpc error");
        int before = questions.get();
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        assertThat(questions.get() - before).isBetween(2, 40);

        health = new Said(200, "", ONE);
        int then = questions.get();
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        assertThat(questions.get() - then).isBetween(2, 40);
    }

    private ServiceView known() throws InterruptedException {
        ServiceView view = client.discover("orders");
        view.awaitKnown(Duration.ofSeconds(20));
        assertThat(view.instances()).extracting(Instance::id).containsExactly("a@n1");
        return view;
    }

    /** The cause that a view gives for being stale, once this is all that the agent says. */
    private String staleAfter(Said said, Kind kind) throws InterruptedException {
        ServiceView view = known();
        health = said;
        await().atMost(Duration.ofSeconds(20))
                .until(() -> view.reading() instanceof Reading.Stale<Snapshot> stale
                        && stale.cause().kind() == kind);
        StoreException cause = ((Reading.Stale<Snapshot>) view.reading()).cause();
        assertThat(view.instances()).hasSize(1);
        assertThat(cause.getMessage()).doesNotContain("secret-token");

        health = new Said(200, "12", ONE);
        await().atMost(Duration.ofSeconds(20)).until(() -> view.reading() instanceof Reading.Fresh);
        return String.valueOf(cause.getMessage());
    }
}
