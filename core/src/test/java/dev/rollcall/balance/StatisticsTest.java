package dev.rollcall.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rollcall.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    /** As Kratos' balancers lose theirs. */
    @Test
    void statisticsDieOnEachMembershipChange() {
        FakeService service = FakeService.equal(3);
        Selector selector = service.selector(LoadBalancer.peakEwma());
        List<Pick> open = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            service.pass(1, TimeUnit.MILLISECONDS); // any sooner, and not all would be timed
            open.add(selector.pick());
        }
        service.pass(50, TimeUnit.MILLISECONDS);
        open.subList(0, 15).forEach(Pick::succeeded);
        Map<String, Integer> before = inFlight(selector);
        Duration latency = standing(selector, "i00001").latency();

        service.add(FakeService.instance(7)).remove("i00000").change("i00001", instance -> instance.withWeight(9));
        service.status("i00002", Status.DRAINING).status("i00002", Status.UP);

        assertThat(inFlight(selector)).containsEntry("i00001", before.get("i00001"));
        assertThat(inFlight(selector)).containsEntry("i00002", before.get("i00002"));
        assertThat(inFlight(selector)).containsEntry("i00007", 0).doesNotContainKey("i00000");
        assertThat(standing(selector, "i00001").latency()).isEqualTo(latency).isPositive();
        open.forEach(Pick::close);
        assertThat(inFlight(selector).values()).containsOnly(0);
    }

    @Test
    void theFirstReportCountsAndClosingEndsThePickOnce() {
        Selector selector = FakeService.equal(1).selector(LoadBalancer.leastLoaded());
        Pick pick = selector.pick();
        assertThat(inFlight(selector)).containsEntry("i00000", 1);
        pick.succeeded();
        pick.failed();
        pick.overloaded();
        pick.close();
        pick.close();
        assertThat(inFlight(selector)).containsEntry("i00000", 0);
        assertThat(standing(selector, "i00000").failureShare()).isZero();
    }

    @Test
    void closingWithoutAReportSpeaksNeitherForNorAgainst() {
        FakeService service = FakeService.equal(1);
        Selector selector = service.selector(LoadBalancer.peakEwma());
        Pick slow = selector.pick();
        service.pass(80, TimeUnit.MILLISECONDS);
        slow.succeeded();
        selector.pick().close();
        assertThat(standing(selector, "i00000").latency()).isBetween(Duration.ofMillis(79), Duration.ofMillis(81));
        assertThat(standing(selector, "i00000").failureShare()).isZero();
    }

    @Test
    void leastLoadedAvoidsWhoHasMoreUnderWay() {
        FakeService service = FakeService.equal(2);
        Selector selector = service.selector(LoadBalancer.leastLoaded());
        for (int i = 0; i < 100; i++) {
            selector.pick();
        }
        assertThat(inFlight(selector).values()).containsOnly(50);
    }

    @Test
    void leastLoadedKeepsCallsUnderWayInProportionToWeights() {
        FakeService service = FakeService.weighted(1, 2, 3, 4);
        Selector selector = service.selector(LoadBalancer.leastLoaded());
        for (int i = 0; i < 1000; i++) {
            selector.pick();
        }
        Map<String, Integer> inFlight = inFlight(selector);
        for (int i = 0; i < 4; i++) {
            assertThat(inFlight.get("i0000" + i)).isCloseTo(100 * (i + 1), within(20));
        }
    }

    /** It never has calls under way, so it looks like the least loaded one. */
    @Test
    void anInstanceThatFailsAtOnceDrawsAllTraffic() {
        for (LoadBalancer balancer : List.of(LoadBalancer.leastLoaded(), LoadBalancer.peakEwma())) {
            FakeService service = FakeService.equal(4);
            Selector selector = service.selector(balancer);
            List<Pick> open = new ArrayList<>();
            int failed = 0;
            for (int i = 0; i < 2000; i++) {
                Pick pick = selector.pick();
                if (pick.instance().id().equals("i00000")) {
                    pick.failed();
                    failed++;
                } else {
                    open.add(pick);
                }
                service.pass(1, TimeUnit.MILLISECONDS);
                if (open.size() > 12) {
                    open.remove(0).succeeded();
                }
            }
            assertThat(failed).as("calls to the failing one by %s", balancer).isLessThan(200);
        }
    }

    @Test
    void aFailingInstanceIsTriedAgainAfterAWhile() {
        for (LoadBalancer balancer : List.of(LoadBalancer.leastLoaded(), LoadBalancer.peakEwma())) {
            FakeService service = FakeService.equal(2);
            Selector selector = service.selector(balancer);
            for (int i = 0; i < 50; i++) {
                Pick pick = selector.pick();
                if (pick.instance().id().equals("i00000")) {
                    pick.overloaded();
                } else {
                    service.pass(5, TimeUnit.MILLISECONDS);
                    pick.succeeded();
                }
            }
            int tried = 0;
            for (int i = 0; i < 6000; i++) {
                Pick pick = selector.pick();
                tried += pick.instance().id().equals("i00000") ? 1 : 0;
                service.pass(5, TimeUnit.MILLISECONDS);
                pick.succeeded();
            }
            assertThat(tried).as("picks within half a minute by %s", balancer).isGreaterThan(100);
        }
    }

    @Test
    void peakEwmaPrefersTheQuicker() {
        FakeService service = FakeService.equal(2);
        Selector selector = service.selector(LoadBalancer.peakEwma());
        int quick = 0;
        for (int i = 0; i < 1000; i++) {
            Pick pick = selector.pick();
            boolean first = pick.instance().id().equals("i00000");
            quick += first ? 1 : 0;
            service.pass(first ? 5 : 50, TimeUnit.MILLISECONDS);
            pick.succeeded();
        }
        assertThat(quick).isGreaterThan(800).isLessThan(1000);
    }

    @Test
    void aPeakIsForgivenAsItFades() {
        FakeService service = FakeService.equal(2);
        Selector selector = service.selector(LoadBalancer.peakEwma());
        Map<String, Integer> atFirst = calls(service, selector, 1000);
        assertThat(atFirst).containsOnlyKeys("i00000", "i00001");
        // One call of a second, to an instance that is as quick as the other one but for it.
        Pick slow = selector.pick();
        String id = slow.instance().id();
        service.pass(1, TimeUnit.SECONDS);
        slow.succeeded();
        assertThat(calls(service, selector, 3_000)).as("while it is remembered").doesNotContainKey(id);
        assertThat(calls(service, selector, 2_500)).as("once it is faded").containsKey(id);
    }

    /** Calls of ten milliseconds; says how many went to each. */
    private static Map<String, Integer> calls(FakeService service, Selector selector, int calls) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < calls; i++) {
            Pick pick = selector.pick();
            counts.merge(pick.instance().id(), 1, Integer::sum);
            service.pass(10, TimeUnit.MILLISECONDS);
            pick.succeeded();
        }
        return counts;
    }

    @Test
    void ofEquallyQuickInstancesTheOneWithLessUnderWayForItsWeightIsCheaper() {
        FakeService service = FakeService.weighted(1, 3);
        Selector selector = service.selector(LoadBalancer.peakEwma());
        calls(service, selector, 1000);
        List<Pick> open = Stream.generate(selector::pick).limit(400).toList();
        Map<String, Integer> inFlight = inFlight(selector);
        assertThat(inFlight.get("i00000")).isCloseTo(100, within(5));
        assertThat(inFlight.get("i00001")).isCloseTo(300, within(5));

        open.stream().filter(pick -> pick.instance().id().equals("i00000")).forEach(Pick::close);
        for (int i = 0; i < 100; i++) {
            selector.pick();
        }
        assertThat(inFlight(selector).get("i00000")).as("whenever it is drawn").isGreaterThan(35);
    }

    @Property(tries = 500)
    void aDecayingFigureKeepsItsValueAndFades(
            @ForAll @FloatRange(min = 0.01f, max = 1e12f) float value,
            @ForAll int tick,
            @ForAll @IntRange(max = 100_000) int elapsed) {
        long packed = Decaying.pack(value, tick);
        assertThat(Decaying.value(packed)).isEqualTo(value);
        assertThat(Decaying.elapsed(packed, tick + elapsed)).isEqualTo(elapsed);
        assertThat(Decaying.elapsed(packed, tick - 1)).isZero();
        assertThat(Decaying.valueAt(packed, tick + elapsed)).isBetween(0f, value);
    }

    @Property(tries = 2_000)
    void fadingIsExponential(@ForAll @IntRange(min = -790_000, max = 790_000) int elapsed) {
        double exact = Math.exp(-elapsed * 0x1.0p20 / 10e9);
        assertThat((double) Decaying.factor(elapsed)).isCloseTo(exact, within(exact * 7e-4));
        assertThat(Decaying.factor(elapsed + 1)).isLessThanOrEqualTo(Decaying.factor(elapsed));
    }

    @Property(tries = 2_000)
    void figuresAreInOrder(
            @ForAll @FloatRange(min = 1e6f, max = 1e12f) float one,
            @ForAll @IntRange(min = 1_063, max = 1_200) int thousandths,
            @ForAll int tick,
            @ForAll @IntRange(max = 100_000) int later) {
        double faded = one * Math.exp(-later * 0x1.0p20 / 10e9);
        double times = thousandths / 1000.0;
        long first = Decaying.pack(one, tick);
        long more = Decaying.pack((float) (faded * times), tick + later);
        long less = Decaying.pack((float) (faded / times), tick + later);
        assertThat(Decaying.compare(first, more)).isNegative();
        assertThat(Decaying.compare(more, first)).isPositive();
        assertThat(Decaying.compare(first, less)).isPositive();
        assertThat(Decaying.compare(less, first)).isNegative();
    }

    /** However little they differ. */
    @Property(tries = 500)
    void figuresOfTheSameTimeAreInExactOrder(@ForAll @FloatRange(min = 1, max = 1e12f) float figure, @ForAll int tick) {
        long packed = Decaying.pack(figure, tick);
        assertThat(Decaying.compare(packed, Decaying.pack(Math.nextUp(figure), tick)))
                .isNegative();
        assertThat(Decaying.compare(Decaying.pack(Math.nextUp(figure), tick), packed))
                .isPositive();
    }

    /** After 26 days the time of a figure seems to lie ahead, and it would not fade for as long again. */
    @Test
    void aPeakReplacesEvenAFigureWhoseTimeHasWrapped() {
        Tracker tracker = new Tracker();
        tracker.observeLatency(1_000_000, Outcome.SUCCEEDED, 7);
        int longAfter = 7 + Integer.MIN_VALUE;
        tracker.observeLatency(2_000_000, Outcome.SUCCEEDED, longAfter);
        assertThat(Decaying.valueAt(tracker.latency(), longAfter)).isEqualTo(2_000_000);
        assertThat(Decaying.valueAt(tracker.latency(), longAfter + 10_000)).isLessThan(1_000_000);
    }

    @Test
    void nothingToSpeakOfIsLeftAfterDays() {
        assertThat(Decaying.factor(0)).isEqualTo(1);
        assertThat(Decaying.factor(Integer.MAX_VALUE)).isBetween(0f, 1e-36f);
        assertThat(Decaying.factor(Integer.MIN_VALUE)).isBetween(1e36f, Float.MAX_VALUE);
    }

    private static Map<String, Integer> inFlight(Selector selector) {
        return selector.explain().considered().stream()
                .collect(Collectors.toMap(standing -> standing.instance().id(), Explanation.Standing::inFlight));
    }

    private static Explanation.Standing standing(Selector selector, String id) {
        return selector.explain().considered().stream()
                .filter(standing -> standing.instance().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void ofPicksInABurstSomeAreTimed() {
        FakeService service = FakeService.equal(1);
        Selector selector = service.selector(LoadBalancer.peakEwma());
        for (int burst = 0; burst < 3; burst++) {
            service.pass(1, TimeUnit.SECONDS);
            List<Pick> open = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                open.add(selector.pick());
            }
            service.pass(10 + burst, TimeUnit.MILLISECONDS);
            open.forEach(Pick::succeeded);
            assertThat(standing(selector, "i00000").latency())
                    .isBetween(Duration.ofMillis(10 + burst), Duration.ofMillis(11 + burst));
        }
        assertThat(inFlight(selector)).containsEntry("i00000", 0);
    }
}
