package dev.rollcall.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rollcall.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
