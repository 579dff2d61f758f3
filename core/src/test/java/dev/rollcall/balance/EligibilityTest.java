package dev.rollcall.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EligibilityTest {

    static List<LoadBalancer> all() {
        List<LoadBalancer> ways = List.of(
                LoadBalancer.random(),
                LoadBalancer.roundRobin(),
                LoadBalancer.weightedRandom(),
                LoadBalancer.weightedRoundRobin(),
                LoadBalancer.leastLoaded(),
                LoadBalancer.peakEwma(),
                LoadBalancer.consistentHash(),
                LoadBalancer.consistentHash(Double.POSITIVE_INFINITY));
        return Stream.concat(ways.stream(), ways.stream().map(EligibilityTest::refined))
                .toList();
    }

    private static LoadBalancer refined(LoadBalancer way) {
        return way.sticky()
                .slowStart(Duration.ofSeconds(10))
                .preferZone("a")
                .canary("2", 0.1)
                .subset("client", 20)
                .ejectOutliers(OutlierEjection.defaults())
                .prefer("a wish", instance -> instance.weight() < 5)
                .filter("anything", instance -> true);
    }

    @Property(tries = 300)
    void neverADrainingOneNorOneWithoutWeightWhileAnotherIsEligible(
            @ForAll @IntRange(max = 15) int balancer,
            @ForAll @Size(max = 12) List<Status> statuses,
            @ForAll @Size(min = 12, max = 12) List<@IntRange(max = 6) Integer> weights) {
        FakeService service = FakeService.of(FakeService.instances(
                statuses.size(),
                (i, instance) -> instance.withStatus(statuses.get(i))
                        .withWeight(weights.get(i))
                        .withZone(i % 3 == 0 ? "a" : "b")
                        .withVersion(i % 2 == 0 ? "1" : "2")));
        Selector selector = service.selector(all().get(balancer));
        List<Instance> up = service.snapshot().instances().stream()
                .filter(instance -> instance.status() == Status.UP)
                .toList();
        boolean weighted = up.stream().anyMatch(instance -> instance.weight() > 0);
        for (int i = 0; i < 50; i++) {
            if (up.isEmpty()) {
                assertThatThrownBy(selector::pick).isInstanceOf(NoInstanceException.class);
            } else {
                for (Pick pick : picks(selector, i)) {
                    assertThat(up).contains(pick.instance());
                    assertThat(weighted).isEqualTo(pick.instance().weight() > 0);
                    pick.close();
                }
            }
        }
    }

    private static List<Pick> picks(Selector selector, int i) {
        return List.of(selector.pick(), selector.pick("key" + i), selector.pick("i0000" + i));
    }

    @ParameterizedTest
    @MethodSource("all")
    void noneOneTwoAndTenThousandInstances(LoadBalancer balancer) {
        FakeService service = FakeService.equal(0);
        Selector selector = service.selector(balancer);
        assertThatThrownBy(selector::pick)
                .isInstanceOf(NoInstanceException.class)
                .hasMessageContaining("no instance of orders")
                .hasMessageContaining("none is known");
        for (int size : new int[] {1, 2, 10_000, 1}) {
            service.with(FakeService.instances(size, (i, instance) -> instance));
            List<String> chosen = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                try (Pick pick = selector.pick()) {
                    chosen.add(pick.instance().id());
                    pick.succeeded();
                }
            }
            assertThat(chosen.stream().distinct().count()).isBetween(Math.min(2L, size), (long) size);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void saysWhyThereIsNobody(LoadBalancer balancer) {
        FakeService service = FakeService.of(
                FakeService.instance(0).withStatus(Status.DRAINING),
                FakeService.instance(1).withStatus(Status.DRAINING),
                FakeService.instance(2).withStatus(Status.OUT_OF_SERVICE),
                FakeService.instance(3).withVersion("1"));
        Selector selector = service.selector(balancer.version("2"));
        assertThatThrownBy(selector::pick)
                .isInstanceOfSatisfying(
                        NoInstanceException.class,
                        thrown -> assertThat(thrown.service()).isEqualTo("orders"))
                .hasMessageContaining("4 known, of which 2 DRAINING, 1 OUT_OF_SERVICE, 1 not version=2");
    }

    @ParameterizedTest
    @MethodSource("all")
    void heldInstancesAreChosenLikeOthersButNotWhenTheFirstAttemptFailed(LoadBalancer balancer) {
        FakeService service = FakeService.equal(4).hold("i00001", "i00002", "i00003");
        Selector selector = service.selector(balancer);
        List<String> first = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            try (Pick pick = selector.pick()) {
                first.add(pick.instance().id());
                pick.succeeded();
            }
        }
        assertThat(first).contains("i00000").containsAnyOf("i00001", "i00002", "i00003");
        int present = 0;
        for (int i = 0; i < 100; i++) {
            try (Pick pick = selector.pickExcept(Set.of("i00001"))) {
                present += pick.instance().id().equals("i00000") ? 1 : 0;
            }
        }
        assertThat(present).isGreaterThan(90);
    }
}
