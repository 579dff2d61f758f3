package dev.rollcall.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rollcall.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OutlierEjectionTest {
    static final OutlierEjection BY_FAILURES =
            OutlierEjection.defaults().withSuccessRate(null).withMaxShare(0.5);

    static Map<String, String> ejected(Selector selector) {
        return selector.explain().excluded().stream()
                .filter(exclusion -> exclusion.reason().startsWith("ejected"))
                .collect(Collectors.toMap(
                        exclusion -> exclusion.instance().id(),
                        Explanation.Exclusion::reason,
                        (a, b) -> a,
                        TreeMap::new));
    }

    static boolean bad(String id) {
        return id.equals("i00001");
    }

    static boolean nobody(String id) {
        return false;
    }

    @Test
    void whoFailsFiveTimesInARowIsNotChosenAgain() {
        FakeService service = FakeService.equal(4);
        Selector selector = service.selector(LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES));
        assertThat(service.call(selector, 100, OutlierEjectionTest::bad)).containsEntry("i00001", 5);
        assertThat(ejected(selector)).containsExactly(Map.entry("i00001", "ejected for 30 s: 5 failures in a row"));
        assertThat(selector.explain().reasons()).contains("1 ejected");
    }

    @Test
    void oneSuccessInBetweenIsEnoughToStay() {
        FakeService service = FakeService.equal(2);
        Selector selector = service.selector(LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES));
        for (int round = 0; round < 20; round++) {
            service.call(selector, 8, OutlierEjectionTest::bad);
            service.call(selector, 2, OutlierEjectionTest::nobody);
        }
        assertThat(ejected(selector)).isEmpty();
    }

    @Test
    void whoWasOnlyCancelledHasNotFailed() {
        FakeService service = FakeService.equal(2);
        Selector selector = service.selector(LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES));
        for (int i = 0; i < 100; i++) {
            selector.pick().close();
        }
        assertThat(ejected(selector)).isEmpty();
    }

    @Test
    void theTimeOutGrowsWithEachEjectionAndShrinksWithEachIntervalWithout() {
        FakeService service = FakeService.equal(4);
        Selector selector = service.selector(LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES));
        List<Long> seconds = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            seconds.add(secondsOut(service, selector));
        }
        assertThat(seconds).containsExactly(30L, 60L, 90L, 120L, 150L, 180L, 210L, 240L, 270L, 300L, 300L, 300L);
        for (int interval = 0; interval < 5; interval++) {
            service.pass(10, TimeUnit.SECONDS);
            service.call(selector, 8, OutlierEjectionTest::nobody);
        }
        assertThat(secondsOut(service, selector)).isBetween(180L, 240L);
        for (int interval = 0; interval < 20; interval++) {
            service.pass(10, TimeUnit.SECONDS);
            service.call(selector, 8, OutlierEjectionTest::nobody);
        }
        assertThat(secondsOut(service, selector)).isEqualTo(30);
    }

    /** Makes one fail until it is ejected, and counts the seconds until it is chosen again. */
    private static long secondsOut(FakeService service, Selector selector) {
        service.call(selector, 40, OutlierEjectionTest::bad);
        assertThat(ejected(selector)).containsKey("i00001");
        long seconds = 0;
        while (!service.call(selector, 8, OutlierEjectionTest::nobody).containsKey("i00001")) {
            service.pass(992, TimeUnit.MILLISECONDS);
            seconds++;
            assertThat(seconds).isLessThan(1000);
        }
        return Math.round(seconds / 10.0) * 10;
    }

    @Test
    void ejectionsDieOnEachMembershipChange() {
        FakeService service = FakeService.equal(4);
        Selector selector = service.selector(LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES));
        service.call(selector, 16, OutlierEjectionTest::bad); // four failures of five
        service.add(FakeService.instance(7)).remove("i00003").change("i00001", instance -> instance.withWeight(9));
        assertThat(service.call(selector, 40, OutlierEjectionTest::bad)).containsEntry("i00001", 1);
        service.add(FakeService.instance(8)).change("i00001", instance -> instance.withWeight(3));
        service.status("i00001", Status.DRAINING).status("i00001", Status.UP);
        assertThat(service.call(selector, 40, OutlierEjectionTest::bad)).doesNotContainKey("i00001");
    }

    @Property(tries = 60)
    void neverMoreThanTheShareAndNeverEverybody(
            @ForAll @IntRange(min = 1, max = 40) int size,
            @ForAll @DoubleRange(min = 0.01, max = 1) double share,
            @ForAll long seed) {
        FakeService service = FakeService.equal(size);
        OutlierEjection policy = OutlierEjection.defaults()
                .withMaxShare(share)
                .withSuccessRate(new OutlierEjection.SuccessRate(2, 5, 1))
                .withFailureShare(new OutlierEjection.FailureShare(1, 5, 0.5))
                .withTimes(Duration.ofMillis(100), Duration.ofMillis(300), Duration.ofMillis(900));
        Selector selector = service.selector(LoadBalancer.random().ejectOutliers(policy));
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            int failing = random.nextInt(4);
            service.call(selector, 50, id -> failing == 3 || (id.hashCode() + failing) % 3 == 0);
            int known = service.snapshot().instances().size();
            int limit = known < 2 ? 0 : Math.min(known - 1, Math.max(1, (int) (share * known)));
            assertThat(ejected(selector).size()).isLessThanOrEqualTo(limit);
            assertThat(selector.explain().considered())
                    .hasSize(known - ejected(selector).size());
            if (known > 1 && random.nextBoolean()) {
                service.remove(service.snapshot()
                        .instances()
                        .get(random.nextInt(known))
                        .id());
            } else {
                service.add(FakeService.instance(100 + round));
            }
        }
    }

    @Test
    void theOnlyOneAndTheLastOneStay() {
        FakeService service = FakeService.equal(1);
        Selector selector = service.selector(LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES.withMaxShare(1)));
        assertThat(service.call(selector, 100, id -> true)).containsEntry("i00000", 100);
        service.add(FakeService.instance(1)).add(FakeService.instance(2));
        service.call(selector, 100, id -> true);
        assertThat(ejected(selector)).hasSize(2);
        assertThat(selector.explain().considered()).hasSize(1);
    }

    @Test
    void whoeverIsLeftWhenTheOthersVanishIsChosen() {
        FakeService service = FakeService.equal(4);
        Selector selector = service.selector(LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES));
        service.call(selector, 100, OutlierEjectionTest::bad);
        service.remove("i00000").remove("i00002").remove("i00003");
        assertThat(service.call(selector, 10, OutlierEjectionTest::nobody)).containsOnlyKeys("i00001");
    }

    @Test
    void aSecondAttemptTakesTheEjectedWhenThereIsNobodyElseAndThatChangesNothing() {
        FakeService service = FakeService.equal(3);
        Selector selector = service.selector(LoadBalancer.roundRobin().ejectOutliers(BY_FAILURES));
        service.call(selector, 100, OutlierEjectionTest::bad);
        assertThat(selector.pickExcept(Set.of("i00000")).instance().id()).isEqualTo("i00002");
        assertThat(selector.pickExcept(Set.of("i00000", "i00002")).instance().id())
                .isEqualTo("i00001");
        assertThat(ejected(selector)).containsOnlyKeys("i00001");
    }

    @Test
    void aSuccessRateFarBelowTheOthersIsAnOutlierOncePerInterval() {
        FakeService service = FakeService.equal(10);
        Selector selector = service.selector(LoadBalancer.roundRobin()
                .ejectOutliers(OutlierEjection.defaults().withFailuresInARow(0)));
        Random random = new Random(7);
        service.call(selector, 9_000, id -> random.nextInt(100) < (bad(id) ? 30 : 2));
        assertThat(ejected(selector)).isEmpty();
        service.call(selector, 1_100, id -> random.nextInt(100) < (bad(id) ? 30 : 2));
        assertThat(ejected(selector)).containsOnlyKeys("i00001");
        assertThat(ejected(selector).get("i00001"))
                .contains("calls succeeded, ")
                .contains(" on average");
    }

    @Test
    void equalRatesAndFewCallsMakeNoOutliers() {
        FakeService service = FakeService.equal(10);
        Selector selector = service.selector(LoadBalancer.roundRobin()
                .ejectOutliers(OutlierEjection.defaults().withFailuresInARow(0)));
        for (int interval = 0; interval < 5; interval++) {
            service.call(selector, 900, OutlierEjectionTest::bad); // 90 each, fewer than 100
            service.pass(10, TimeUnit.SECONDS);
            service.call(selector, 10, id -> true);
            service.pass(10, TimeUnit.SECONDS);
            service.call(selector, 3_000, id -> true);
            service.pass(10, TimeUnit.SECONDS);
        }
        assertThat(ejected(selector)).isEmpty();
    }

    @Test
    void aShareOfFailuresIsTooHighWhateverTheOthersDo() {
        FakeService service = FakeService.equal(10);
        Selector selector = service.selector(LoadBalancer.roundRobin()
                .ejectOutliers(BY_FAILURES
                        .withFailuresInARow(0)
                        .withFailureShare(new OutlierEjection.FailureShare(5, 50, 0.85))));
        service.call(selector, 10_100, id -> id.compareTo("i00003") < 0);
        assertThat(ejected(selector)).containsOnlyKeys("i00000", "i00001", "i00002");
        assertThat(ejected(selector).get("i00001")).startsWith("ejected for 30 s: 100.0 % of ");
    }

    @Test
    void latencyFarAboveTheMedianIsTooLong() {
        FakeService service = FakeService.equal(6);
        Selector selector = service.selector(LoadBalancer.roundRobin()
                .ejectOutliers(BY_FAILURES.withLatency(new OutlierEjection.Latency(5, 20, 3, Duration.ofMillis(50)))));
        for (int i = 0; i < 2_000; i++) {
            try (Pick pick = selector.pick()) {
                service.pass(bad(pick.instance().id()) ? 60 : 10, TimeUnit.MILLISECONDS);
                pick.succeeded();
            }
        }
        assertThat(ejected(selector))
                .containsExactly(
                        Map.entry("i00001", "ejected for 30 s: took 60.0 ms on average, where the median is 10.0 ms"));
    }

    @Test
    void theWorstGoesFirstWhereNotAllMay() {
        Tally.Counts[] counts = new Tally.Counts[10];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new Tally.Counts(1000, i == 3 ? 100 : i == 7 ? 400 : 1, 0, 0);
        }
        OutlierEjection.Criteria criteria = OutlierEjection.defaults()
                .withSuccessRate(new OutlierEjection.SuccessRate(5, 100, 0.5))
                .criteria();
        assertThat(OutlierCriteria.outliers(criteria, counts))
                .extracting(OutlierCriteria.Outlier::index)
                .containsExactly(7, 3);
    }

    @Test
    void whoComesBackWarmsUp() {
        FakeService service = FakeService.equal(2);
        Selector selector = service.selector(
                LoadBalancer.roundRobin().slowStart(Duration.ofSeconds(60)).ejectOutliers(BY_FAILURES));
        service.call(selector, 40, OutlierEjectionTest::bad);
        service.pass(31, TimeUnit.SECONDS);
        service.call(selector, 9, OutlierEjectionTest::nobody);
        assertThat(service.call(selector, 200, OutlierEjectionTest::nobody).get("i00001"))
                .isBetween(1, 60);
        service.pass(60, TimeUnit.SECONDS);
        assertThat(service.call(selector, 200, OutlierEjectionTest::nobody).get("i00001"))
                .isCloseTo(100, within(20));
    }

    @Test
    void zonesSeeWhoIsLeft() {
        FakeService service =
                FakeService.of(FakeService.instances(4, (i, instance) -> instance.withZone(i < 2 ? "a" : "b")));
        Selector selector = service.selector(
                LoadBalancer.roundRobin().preferZone("a", 0.5).ejectOutliers(BY_FAILURES.withMaxShare(0.25)));
        assertThat(service.call(selector, 100, OutlierEjectionTest::bad)).containsEntry("i00001", 5);
        assertThat(selector.explain().reasons()).anyMatch(reason -> reason.contains("zone a has 1 of 3"));
        assertThat(service.call(selector, 400, OutlierEjectionTest::bad).keySet())
                .containsExactlyInAnyOrder("i00000", "i00002", "i00003");
    }

    @Test
    void mistakesAreNamed() {
        OutlierEjection policy = OutlierEjection.defaults();
        assertThatThrownBy(() -> policy.withMaxShare(0)).hasMessage("share: 0.0 (expected: above 0, up to 1)");
        assertThatThrownBy(() -> policy.withFailuresInARow(-1)).hasMessage("failuresInARow: -1 (expected: 0 or more)");
        assertThatThrownBy(() -> policy.withTimes(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("most: PT1S (expected: PT2S to 1 day)");
        assertThatThrownBy(() -> policy.withProbe(i -> new CompletableFuture<>(), Duration.ZERO, 1))
                .hasMessage("timeout: PT0S (expected: above zero)");
        assertThatThrownBy(() -> new OutlierEjection.Latency(1, 1, 1, Duration.ZERO))
                .hasMessage("factor: 1.0 (expected: above 1)");
    }
}
