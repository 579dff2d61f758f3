package dev.rollcall.testing.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.LossProtection;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.WeightReport;
import dev.rollcall.balance.Explanation;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.OutlierEjection;
import dev.rollcall.balance.Pick;
import dev.rollcall.balance.Probe;
import dev.rollcall.balance.Retrier;
import dev.rollcall.balance.RetryBudget;
import dev.rollcall.balance.Selector;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.config.Decoder;
import dev.rollcall.health.HealthCheck;
import dev.rollcall.health.Identity;
import dev.rollcall.health.IdentityCheck;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents' code, run; and compared with the documents, word for word. */
@SuppressWarnings("FutureReturnValueIgnored") // as a reader of the documents would write it
class SnippetsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final Pattern IN_DOCUMENT =
            Pattern.compile("<!-- snippet: (\\S+) -->\n```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IN_SOURCE =
            Pattern.compile("^ *// snippet: (\\S+)\n(.*?)^ *// end of snippet\n", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void theDocumentsShowWhatRunsHere() throws IOException {
        Map<String, String> running = new TreeMap<>();
        for (Path source : sources()) {
            for (Matcher region = IN_SOURCE.matcher(Files.readString(source)); region.find(); ) {
                running.put(region.group(1), region.group(2).stripTrailing().stripIndent() + "\n");
            }
        }
        Map<String, String> shown = new TreeMap<>();
        for (Path document : documents()) {
            for (Matcher block = IN_DOCUMENT.matcher(Files.readString(document)); block.find(); ) {
                shown.put(block.group(1), block.group(2));
            }
        }
        assertThat(shown).isNotEmpty().isEqualTo(running);
    }

    @Test
    void everyJavaBlockOfTheDocumentsIsASnippet() throws IOException {
        List<String> loose = new ArrayList<>();
        for (Path document : documents()) {
            String text = Files.readString(document);
            long blocks = text.lines().filter("```java"::equals).count();
            long snippets = IN_DOCUMENT.matcher(text).results().count();
            if (blocks != snippets) {
                loose.add(document + ": " + blocks + " blocks, " + snippets + " snippets");
            }
        }
        assertThat(loose).isEmpty();
    }

    @Test
    void linksBetweenTheDocumentsLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        Pattern link = Pattern.compile("]\\(((?!https?:)[^)#]+)(#[^)]*)?\\)");
        for (Path document : documents()) {
            for (Matcher found = link.matcher(Files.readString(document)); found.find(); ) {
                Path folder = document.toAbsolutePath().getParent();
                if (folder == null || !Files.exists(folder.resolve(found.group(1)))) {
                    broken.add(document + " -> " + found.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void quickstart() throws InterruptedException {
        // snippet: quickstart
        try (Rollcall rollcall = Rollcall.connect("embedded:")) { // or etcd://host:2379, zookeeper://host:2181
            Instance instance = Instance.of("orders", "http://127.0.0.1:8080").withWeight(3);
            Registration me = rollcall.register(instance); // tries for ever; waiting for it is optional
            me.awaitRegistered(Duration.ofSeconds(5));
            me.update(now -> now.withWeight(5)); // consumers see it within milliseconds

            ServiceView orders = rollcall.discover("orders"); // live, without gaps, one watch for all who ask
            orders.awaitKnown(Duration.ofSeconds(5));
            orders.listenChanges(changes -> System.out.println("added " + changes.added()));

            Selector selector = orders.selector(LoadBalancer.weightedRandom());
            try (Pick pick = selector.pick()) {
                System.out.println("calling " + pick.instance().endpoint("http"));
                pick.succeeded();
            }
            me.drain(Duration.ofMillis(200)).join(); // no new traffic, then gone; after a crash, within the TTL
        }
        // end of snippet
    }

    @Test
    void registering() throws InterruptedException {
        try (Rollcall rollcall = Rollcall.connect("memory:registering")) {
            // snippet: registering
            Registration registration =
                    rollcall.register(Instance.of("orders", "http://10.0.0.5:8080", "grpc://10.0.0.5:9090")
                            .withVersion("2.1")
                            .withZone("eu-1a")
                            .withMetadata("team", "checkout"));
            registration.listen(state -> System.out.println(state.phase() + " since " + state.since()));
            registration.update(now -> now.withWeight(10)); // only the latest of several quick updates is written
            // end of snippet
            registration.awaitRegistered(Duration.ofSeconds(5));
            assertThat(registration.instance().weight()).isEqualTo(10);
        }
    }

    @Test
    void discovering() {
        try (Rollcall rollcall = Rollcall.connect("memory:discovering")) {
            // snippet: discovering
            ServiceView orders = rollcall.discover("orders");
            Reading<Snapshot> reading = orders.reading();
            if (reading instanceof Reading.Pending<Snapshot> pending) {
                System.out.println("nothing known since " + pending.since());
            } else if (reading instanceof Reading.Fresh<Snapshot> fresh) {
                System.out.println(fresh.known().instances());
            } else if (reading instanceof Reading.Stale<Snapshot> stale) {
                System.out.println(
                        "as of " + stale.since() + ", because " + stale.cause().getMessage());
            }
            // end of snippet
            assertThat(orders.instances()).isEmpty();
        }
    }

    @Test
    void choosing() {
        try (Rollcall rollcall = Rollcall.connect("memory:choosing")) {
            rollcall.register(Instance.of("orders", "http://10.0.0.5:8080").withZone("eu-1"));
            rollcall.register(Instance.of("orders", "http://10.0.0.6:8080").withZone("eu-2"));
            ServiceView orders = rollcall.discover("orders");
            await().until(() -> orders.instances().size() == 2);
            // snippet: choosing
            Selector selector = orders.selector(LoadBalancer.peakEwma() // the quicker of two
                    .slowStart(Duration.ofSeconds(30)) // with less for those that just came up
                    .preferZone("eu-1") // in our zone, as far as its capacity goes
                    .ejectOutliers(OutlierEjection.defaults())); // without those that keep failing
            try (Pick pick = selector.pick()) {
                System.out.println("calling " + pick.instance().endpoint("http"));
                pick.succeeded(); // or failed(), overloaded(); only closed means cancelled
            }
            // end of snippet
            // snippet: explaining
            Explanation why = selector.explain();
            System.out.println(why.chosen() + ", because " + why.reasons());
            why.excluded().forEach(out -> System.out.println(out.instance().id() + ": " + out.reason()));
            // end of snippet
            assertThat(why.excluded()).hasSize(1);
            // snippet: retrying
            Retrier retrier = Retrier.of(selector, RetryBudget.defaults()).attempts(2);
            String answer = retrier.call(instance -> "answer of " + instance.id()); // never the same one twice
            // end of snippet
            assertThat(answer).startsWith("answer of 10.0.0.");
        }
    }

    @Test
    void probing() {
        // snippet: probing
        HttpClient http = HttpClient.newHttpClient(); // one for all probes
        Probe probe = instance -> http.sendAsync(
                        HttpRequest.newBuilder(URI.create(instance.endpoint("http") + "/health"))
                                .timeout(Duration.ofSeconds(1))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .thenApply(response -> response.statusCode() == 200);
        OutlierEjection policy = OutlierEjection.defaults()
                .withMaxShare(0.3) // of the instances at a time
                .withLatency(new OutlierEjection.Latency(5, 50, 3, Duration.ofMillis(100)))
                .withProbe(probe, Duration.ofSeconds(1), 4); // before one comes back, four at a time
        // end of snippet
        assertThat(policy.toString()).contains("0.3 of the instances");
    }

    @Test
    void reportingWeight() {
        try (Rollcall rollcall = Rollcall.connect("memory:reporting")) {
            Registration registration = rollcall.register(Instance.of("orders", "http://10.0.0.5:8080"));
            LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>(500);
            // snippet: reporting-weight
            registration.reportWeight(
                    WeightReport.defaults().every(Duration.ofSeconds(2)).withMinimumChange(0.2),
                    () -> 1 + queue.remainingCapacity());
            // end of snippet
            await().until(() -> registration.instance().weight() == 501);
        }
    }

    @Test
    void configuration() throws InterruptedException {
        try (Rollcall rollcall = Rollcall.connect("memory:configuration")) {
            // snippet: configuration
            Config config = rollcall.config();
            Decoder<Integer> percent =
                    Decoder.text().map(Integer::valueOf).checked(n -> n >= 0 && n <= 100, "0 to 100");
            Live<Integer> canary = config.follow("orders/canary", percent, 0); // 0 while nothing is written
            canary.listen(reading -> System.out.println("now " + reading));

            config.write("orders/canary", "5").join();
            config.write("orders/canary", "500").join(); // each who follows stays where it was and says why
            Live<SortedMap<String, String>> orders = config.followPrefix("orders", Decoder.text()); // never orders-v2
            // end of snippet
            assertThat(orders.awaitKnown(Duration.ofSeconds(5))).containsKey("orders/canary");

            config.write("gateway/rules", "timeout: 2\n").join();
            // snippet: compare-and-set
            ConfigEntry before = config.read("gateway/rules").join().orElseThrow();
            try {
                config.compareAndSet("gateway/rules", before.text() + "retries: 2\n", before.revision())
                        .join();
            } catch (CompletionException e) {
                // a StoreException of kind CONFLICT: somebody was faster, nothing was written
            }
            // end of snippet
            assertThat(config.read("gateway/rules").join().orElseThrow().text()).contains("retries");
        }
    }

    @Test
    void options() {
        // snippet: options
        Rollcall rollcall = Rollcall.builder("etcd://10.0.0.1:2379,10.0.0.2:2379/?ttl=5s")
                .name("checkout")
                .snapshotDirectory(Path.of("/var/lib/checkout/rollcall"))
                .lossProtection(new LossProtection(5, 0.8, Duration.ofSeconds(10), Duration.ofSeconds(20)))
                .connect();
        // end of snippet
        assertThat(rollcall.toString()).isEqualTo("checkout of etcd://10.0.0.1:2379,10.0.0.2:2379/");
        rollcall.close();
    }

    @Test
    void health() {
        try (Rollcall rollcall = Rollcall.connect("memory:health")) {
            Instance instance = Instance.of("orders", "http://127.0.0.1:9");
            // snippet: health
            Registration registration = rollcall.register(
                    instance,
                    HealthCheck.http("/health") // or tcp(), command("./check.sh"), of("the pool is open", pool::isOpen)
                            .every(Duration.ofSeconds(5))
                            .within(Duration.ofSeconds(1))
                            .turningAfter(
                                    2, 3)); // so many successes in a row bring it back, so many failures take it out
            registration.listenHealth(report -> System.out.println(report.state() + " since " + report.since()));
            // end of snippet
            assertThat(registration.health()).isPresent();
        }
    }

    @Test
    void draining() {
        try (Rollcall rollcall = Rollcall.connect("memory:draining")) {
            Registration registration = rollcall.register(Instance.of("orders", "http://10.0.0.5:8080"));
            // snippet: draining
            registration
                    .drain(Duration.ofSeconds(1))
                    .join(); // marked at once, removed a second later; then stop the server
            // end of snippet
            assertThat(registration.state().phase()).isEqualTo(RegistrationState.Phase.CLOSED);
        }
    }

    @Test
    void identity() {
        try (Rollcall rollcall = Rollcall.connect("memory:identity")) {
            Instance instance = Instance.of("orders", "http://10.0.0.5:8080");
            // snippet: identity
            String document = Identity.of(instance).toJson(); // the provider serves this at Identity.PATH

            ServiceView trusted = rollcall.discover("orders") // the consumer asks for it
                    .verified(IdentityCheck.http().withFallback(IdentityCheck.Fallback.NEVER));
            Selector selector = trusted.selector(LoadBalancer.peakEwma());
            // end of snippet
            assertThat(document).contains("10.0.0.5:8080");
            assertThat(selector).isNotNull();
        }
    }

    /** This class and its neighbours. */
    private static List<Path> sources() throws IOException {
        Path folder =
                Path.of("src/test/java", SnippetsTest.class.getPackageName().replace('.', '/'));
        try (Stream<Path> sources = Files.list(folder)) {
            return sources.toList();
        }
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> guides = Files.walk(ROOT.resolve("docs"))) {
            List<Path> documents = new ArrayList<>(
                    guides.filter(path -> path.toString().endsWith(".md")).toList());
            documents.add(ROOT.resolve("README.md"));
            documents.add(ROOT.resolve("CONTRIBUTING.md"));
            documents.add(ROOT.resolve("SECURITY.md"));
            return documents;
        }
    }
}
