package dev.rollcall.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SelectorTest {

    @ParameterizedTest
    @MethodSource("dev.rollcall.balance.EligibilityTest#all")
    void manyThreadsPickWhileTheServiceChanges(LoadBalancer balancer) throws InterruptedException, ExecutionException {
        AtomicReference<Snapshot> current = new AtomicReference<>(state(0));
        Selector selector = Selector.of(current::get, balancer, System::nanoTime);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicBoolean done = new AtomicBoolean();
        List<Future<Integer>> pickers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String key = "key" + t;
            pickers.add(threads.submit(() -> {
                int picks = 0;
                while (!done.get() || picks < 1000) {
                    try (Pick pick = picks % 2 == 0 ? selector.pick() : selector.pick(key)) {
                        assertThat(pick.instance().status()).isEqualTo(Status.UP);
                        pick.succeeded();
                    }
                    picks++;
                }
                return picks;
            }));
        }
        for (int i = 1; i <= 500; i++) {
            current.set(state(i));
            Thread.onSpinWait();
        }
        done.set(true);
        for (Future<Integer> picker : pickers) {
            assertThat(picker.get()).isGreaterThanOrEqualTo(1000);
        }
        threads.shutdown();
        current.set(state(0));
        selector.pick().close();
        assertThat(selector.explain().considered()).allMatch(standing -> standing.inFlight() == 0);
    }

    private static Snapshot state(int i) {
        Instance[] instances = FakeService.instances(
                1 + i % 17,
                (n, instance) -> instance.withWeight(1 + (n + i) % 5)
                        .withZone(n % 2 == 0 ? "a" : "b")
                        .withVersion(n % 3 == 0 ? "1" : "2")
                        .withStatus(n > 0 && (n + i) % 4 == 0 ? Status.DRAINING : Status.UP));
        return Snapshot.of("orders", List.of(instances), Set.of());
    }

    @Test
    void nobodyWaitsForABalancerThatIsSlowToMakeItsPicker() throws InterruptedException {
        FakeService service = FakeService.equal(2);
        CountDownLatch making = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        LoadBalancer slow = candidates -> {
            if (candidates.list().size() == 3) {
                making.countDown();
                awaitQuietly(release);
            }
            return candidates.picker(LoadBalancer.roundRobin());
        };
        Selector selector = service.selector(slow);
        service.add(FakeService.instance(2));
        Thread maker = new Thread(selector::pick);
        maker.start();
        making.await();
        for (int i = 0; i < 10; i++) {
            assertThat(selector.pick().instance().id()).isNotEqualTo("i00002");
        }
        release.countDown();
        maker.join();
        assertThat(service.counts(selector, 3).values()).containsOnly(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aBalancerOfOnesOwnThatThrowsFailsThePickAndNotTheOnesAfterIt() {
        FakeService service = FakeService.equal(1);
        LoadBalancer brittle = LoadBalancer.random().filter("brittle", instance -> {
            if (instance.version().equals("bad")) {
                throw new IllegalStateException("what is this version?");
            }
            return true;
        });
        Selector selector = service.selector(brittle);
        service.change("i00000", instance -> instance.withVersion("bad"));
        assertThatThrownBy(selector::pick).hasMessage("what is this version?");
        service.change("i00000", instance -> instance.withVersion("good"));
        assertThat(selector.pick().instance().version()).isEqualTo("good");
    }

    @Test
    void aBalancerOfOnesOwnNeedsOneFunction() {
        FakeService service = FakeService.equal(5);
        LoadBalancer first = candidates -> {
            Candidate candidate = candidates.list().get(0);
            return () -> candidate;
        };
        assertThat(service.selector(first.filter("not the first", i -> !i.id().equals("i00000")))
                        .pick()
                        .instance()
                        .id())
                .isEqualTo("i00001");
    }

    @Test
    void pickExceptFindsTheLastOneLeft() {
        for (LoadBalancer balancer : EligibilityTest.all()) {
            FakeService service = FakeService.equal(12);
            Selector selector = service.selector(balancer);
            Set<String> tried = new HashSet<>();
            for (int i = 0; i < 12; i++) {
                Pick pick = i % 2 == 0 ? selector.pickExcept(tried) : selector.pickExcept(tried, "key");
                assertThat(tried.add(pick.instance().id())).isTrue();
            }
            assertThatThrownBy(() -> selector.pickExcept(tried))
                    .isInstanceOf(NoInstanceException.class)
                    .hasMessageContaining("12 known, 12 tried already");
        }
    }

    @Test
    void explainsWhoIsOutAndWhy() {
        FakeService service = FakeService.of(
                        FakeService.instance(0).withStatus(Status.DRAINING),
                        FakeService.instance(1).withVersion("1").withZone("a"),
                        FakeService.instance(2).withVersion("2").withZone("a").withWeight(0),
                        FakeService.instance(3).withVersion("2").withZone("a"),
                        FakeService.instance(4).withVersion("2").withZone("b"))
                .hold("i00003");
        Selector selector = service.selector(LoadBalancer.peakEwma()
                .slowStart(Duration.ofSeconds(5))
                .preferZone("a")
                .version("2"));
        Explanation explanation = selector.explain();
        assertThat(explanation.service()).isEqualTo("orders");
        assertThat(explanation.chosen())
                .isEqualTo(FakeService.instance(3).withVersion("2").withZone("a"));
        assertThat(explanation.considered())
                .singleElement()
                .satisfies(standing -> assertThat(standing.held()).isTrue());
        assertThat(explanation.excluded())
                .extracting(e -> e.instance().id() + " " + e.reason())
                .containsExactly(
                        "i00000 DRAINING",
                        "i00001 not version=2",
                        "i00002 weight 0 while others have some",
                        "i00004 not in zone a, which has room");
        assertThat(explanation.reasons())
                .containsExactly(
                        "zone a has 1 of 2 in weight for 50 % of the calls, so 100 % stay",
                        "peakEwma: of two drawn at random the one with the lower latency times calls under way");
        service.with();
        assertThat(selector.explain("key").chosen()).isNull();
    }
}
