package dev.rollcall.balance;

import static dev.rollcall.balance.OutlierEjectionTest.BY_FAILURES;
import static dev.rollcall.balance.OutlierEjectionTest.ejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who comes back is asked first. */
class OutlierProbeTest {

    @Test
    void aProbeDecidesWhoComesBack() {
        FakeService service = FakeService.equal(4);
        List<String> asked = new ArrayList<>();
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        Probe probe = instance -> {
            asked.add(instance.id());
            answers.add(new CompletableFuture<>());
            return answers.get(answers.size() - 1);
        };
        Selector selector = service.selector(
                LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES.withProbe(probe, Duration.ofSeconds(1), 1)));
        service.call(selector, 40, OutlierEjectionTest::bad);
        service.pass(29, TimeUnit.SECONDS);
        service.call(selector, 8, OutlierEjectionTest::nobody);
        assertThat(asked).isEmpty();
        service.pass(1, TimeUnit.SECONDS);
        service.call(selector, 40, OutlierEjectionTest::nobody);
        assertThat(asked).containsExactly("i00001");
        assertThat(ejected(selector)).containsOnlyKeys("i00001");
        answers.get(0).complete(false);
        assertThat(ejected(selector)).containsExactly(Map.entry("i00001", "ejected for 60 s: the probe said no"));
        service.pass(61, TimeUnit.SECONDS);
        service.call(selector, 8, OutlierEjectionTest::nobody);
        assertThat(asked).hasSize(2);
        answers.get(1).completeExceptionally(new IllegalStateException("refused"));
        assertThat(ejected(selector).get("i00001"))
                .endsWith("the probe failed: java.lang.IllegalStateException: refused");
        service.pass(91, TimeUnit.SECONDS);
        service.call(selector, 8, OutlierEjectionTest::nobody);
        answers.get(2).complete(true);
        assertThat(ejected(selector)).isEmpty();
        assertThat(service.call(selector, 8, OutlierEjectionTest::nobody)).containsKey("i00001");
    }

    @Test
    void aProbeThatNeverAnswersOrThrowsHasFailed() {
        FakeService service = FakeService.equal(4);
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        Probe probe = instance -> {
            if (!answers.isEmpty()) {
                throw new IllegalStateException("broken");
            }
            answers.add(new CompletableFuture<>());
            return answers.get(0);
        };
        Selector selector = service.selector(
                LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES.withProbe(probe, Duration.ofSeconds(1), 1)));
        service.call(selector, 40, OutlierEjectionTest::bad);
        service.pass(30, TimeUnit.SECONDS);
        service.call(selector, 8, OutlierEjectionTest::nobody);
        service.pass(1, TimeUnit.SECONDS);
        service.call(selector, 8, OutlierEjectionTest::nobody);
        assertThat(ejected(selector).get("i00001")).endsWith("60 s: no answer to the probe within 1000 ms");
        answers.get(0).complete(true); // too late
        assertThat(ejected(selector)).containsOnlyKeys("i00001");
        service.pass(60, TimeUnit.SECONDS);
        service.call(selector, 8, OutlierEjectionTest::nobody);
        assertThat(ejected(selector).get("i00001"))
                .contains("90 s: the probe failed")
                .endsWith("broken");
    }

    @Test
    void probesAreBoundedAndAllComeToTheirTurn() {
        FakeService service = FakeService.equal(12);
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        Set<String> asked = new TreeSet<>();
        Probe probe = instance -> {
            asked.add(instance.id());
            answers.add(new CompletableFuture<>());
            return answers.get(answers.size() - 1);
        };
        Selector selector = service.selector(
                LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES.withProbe(probe, Duration.ofSeconds(5), 2)));
        service.call(selector, 200, id -> id.compareTo("i00006") < 0);
        assertThat(ejected(selector)).hasSize(6);
        service.pass(30, TimeUnit.SECONDS);
        for (int done = 0; done < 6; done += 2) {
            service.call(selector, 20, OutlierEjectionTest::nobody);
            assertThat(answers).hasSize(done + 2);
            answers.get(done).complete(true);
            answers.get(done + 1).complete(true);
        }
        assertThat(asked).hasSize(6);
        assertThat(ejected(selector)).isEmpty();
    }

    @Test
    void whoeverTheStoreHasLostIsProbedOnceAndNotChosenIfItIsDead() {
        FakeService service = FakeService.equal(6);
        List<String> asked = new ArrayList<>();
        Probe probe = instance -> {
            asked.add(instance.id());
            return CompletableFuture.completedFuture(!instance.id().equals("i00001"));
        };
        Selector selector = service.selector(
                LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES.withProbe(probe, Duration.ofSeconds(1), 8)));
        service.call(selector, 20, OutlierEjectionTest::nobody);
        assertThat(asked).isEmpty();
        service.hold("i00001", "i00002", "i00003");
        service.call(selector, 60, OutlierEjectionTest::nobody);
        assertThat(asked).containsExactly("i00001", "i00002", "i00003");
        assertThat(ejected(selector))
                .containsExactly(
                        Map.entry("i00001", "ejected for 30 s: it is gone from the store, and the probe said no"));
        service.hold();
        service.pass(30, TimeUnit.SECONDS);
        service.call(selector, 20, OutlierEjectionTest::nobody);
        service.hold("i00002");
        service.call(selector, 20, OutlierEjectionTest::nobody);
        assertThat(asked).endsWith("i00001", "i00002");
    }

    @Test
    void aHeldOneWhoseProbeNeverAnswersIsEjected() {
        FakeService service = FakeService.equal(4);
        Selector selector = service.selector(LoadBalancer.roundRobin()
                .ejectOutliers(BY_FAILURES.withProbe(i -> new CompletableFuture<>(), Duration.ofSeconds(1), 8)));
        service.hold("i00001");
        service.call(selector, 8, OutlierEjectionTest::nobody);
        service.pass(1, TimeUnit.SECONDS);
        service.call(selector, 8, OutlierEjectionTest::nobody);
        assertThat(ejected(selector))
                .containsExactly(
                        Map.entry("i00001", "ejected for 30 s: it is gone from the store, and no answer to the probe"));
    }

    @Test
    void aProbeOfAnInstanceThatIsGoneHoldsUpNobody() {
        FakeService service = FakeService.equal(6);
        List<String> asked = new ArrayList<>();
        Probe silent = instance -> {
            asked.add(instance.id());
            return new CompletableFuture<>();
        };
        Selector selector = service.selector(
                LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES.withProbe(silent, Duration.ofSeconds(1), 1)));
        service.call(selector, 200, id -> id.compareTo("i00002") < 0);
        service.pass(30, TimeUnit.SECONDS);
        service.call(selector, 20, OutlierEjectionTest::nobody);
        assertThat(asked).hasSize(1);
        service.remove(asked.get(0));
        for (int i = 0; i < 3; i++) {
            service.pass(10, TimeUnit.SECONDS);
            service.call(selector, 20, OutlierEjectionTest::nobody);
        }
        assertThat(new TreeSet<>(asked)).containsExactly("i00000", "i00001");
    }
}
