package dev.rollcall.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RefinementsTest {

    private static Map<String, Integer> sums(
            Map<String, Integer> counts, FakeService service, Function<Instance, String> by) {
        Map<String, Integer> sums = new HashMap<>();
        for (Instance instance : service.snapshot().instances()) {
            sums.merge(by.apply(instance), counts.get(instance.id()), Integer::sum);
        }
        return sums;
    }

    private static FakeService zones(int... sizes) {
        int total = Arrays.stream(sizes).sum();
        return FakeService.of(FakeService.instances(total, (i, instance) -> {
            int zone = 0;
            int first = 0;
            while (i >= first + sizes[zone]) {
                first += sizes[zone++];
            }
            return instance.withZone(String.valueOf((char) ('a' + zone)));
        }));
    }

    @Test
    void aZoneWithRoomKeepsItsCalls() {
        FakeService service = zones(4, 4, 4);
        Map<String, Integer> counts =
                service.counts(service.selector(LoadBalancer.roundRobin().preferZone("a")), 1200);
        assertThat(sums(counts, service, Instance::zone)).containsEntry("a", 1200);
    }

    /** As with Spring Cloud's zone filter, which is hard. */
    @Test
    void hardZoneFilterSendsEverythingToTheOneLocalInstance() {
        FakeService service = zones(1, 9, 5);
        Map<String, Integer> counts =
                service.counts(service.selector(LoadBalancer.random().preferZone("a")), 60_000);
        Map<String, Integer> zones = sums(counts, service, Instance::zone);
        // a needs 5 and has 1, so 4 of 5 leave it; b has 4 to spare and c has none.
        assertThat(zones.get("a")).isCloseTo(12_000, within(600));
        assertThat(zones.get("b")).isCloseTo(48_000, within(600));
        assertThat(zones.get("c")).isZero();
    }

    @Property(tries = 50)
    void nobodyInASmallZoneGetsMoreThanHisShareOfItsCallers(
            @ForAll @IntRange(min = 1, max = 20) int here, @ForAll @IntRange(min = 1, max = 20) int there) {
        FakeService service = zones(here, there);
        Map<String, Integer> counts =
                service.counts(service.selector(LoadBalancer.random().preferZone("a")), 20_000);
        double staying = Math.min(1, 2.0 * here / (here + there));
        assertThat(sums(counts, service, Instance::zone).get("a") / 20_000.0).isCloseTo(staying, within(0.03));
    }

    @Test
    void aZoneWithoutAnybodyOrManyZonesStillServe() {
        FakeService service = zones(2, 2);
        assertThat(service.counts(service.selector(LoadBalancer.random().preferZone("nowhere")), 400)
                        .values())
                .allMatch(count -> count > 50);
        FakeService many = FakeService.of(
                FakeService.instances(100, (i, instance) -> instance.withZone(i < 61 ? "z" + i : "big")));
        assertThat(many.counts(many.selector(LoadBalancer.random().preferZone("z7", 0.5)), 10_000)
                        .values())
                .allMatch(count -> count > 0);
    }

    @Test
    void aCanaryGetsItsShareHoweverManyItIs() {
        FakeService service =
                FakeService.of(FakeService.instances(20, (i, instance) -> instance.withVersion(i < 10 ? "1" : "2")));
        LoadBalancer balancer = LoadBalancer.roundRobin().canary("2", 0.05);
        assertThat(sums(service.counts(service.selector(balancer), 40_000), service, Instance::version)
                        .get("2"))
                .isCloseTo(2_000, within(250));
        service.with(FakeService.instances(3, (i, instance) -> instance.withVersion("1")));
        assertThat(service.counts(service.selector(balancer), 300).values()).containsOnly(100);
    }

    @Test
    void keysStayWithTheCanaryWhileItsShareGrows() {
        FakeService service =
                FakeService.of(FakeService.instances(4, (i, instance) -> instance.withVersion(i < 2 ? "1" : "2")));
        Set<String> before = Set.of();
        for (double share : new double[] {0, 0.05, 0.2, 0.5, 1}) {
            Selector selector = service.selector(LoadBalancer.random().canary("2", share));
            Set<String> canaries = new HashSet<>();
            for (int i = 0; i < 2000; i++) {
                if (selector.pick("user" + i).instance().version().equals("2")) {
                    canaries.add("user" + i);
                }
            }
            assertThat(canaries).containsAll(before);
            assertThat(canaries.size() / 2000.0).isCloseTo(share, within(0.03));
            before = canaries;
        }
    }

    @Test
    void filtersAreStrictAndPreferencesAreNot() {
        FakeService service = FakeService.of(
                FakeService.instance(0).withVersion("1").withMetadata("disk", "ssd"),
                FakeService.instance(1).withVersion("2"),
                FakeService.instance(2).withVersion("2").withMetadata("disk", "ssd"));
        LoadBalancer way = LoadBalancer.random();
        assertThat(chosen(service, way.version("2"))).containsExactly("i00001", "i00002");
        assertThat(chosen(service, way.metadata("disk", "ssd"))).containsExactly("i00000", "i00002");
        assertThat(chosen(service, way.version("2").metadata("disk", "ssd"))).containsExactly("i00002");
        assertThatThrownBy(() -> chosen(service, way.version("3"))).isInstanceOf(NoInstanceException.class);
        assertThat(chosen(service, way.prefer("version 3", i -> i.version().equals("3"))))
                .hasSize(3);
        assertThat(chosen(service, way.prefer("version 1", i -> i.version().equals("1"))))
                .containsExactly("i00000");
    }

    private static Set<String> chosen(FakeService service, LoadBalancer balancer) {
        Set<String> chosen = new TreeSet<>();
        service.counts(service.selector(balancer), 100).forEach((id, count) -> {
            if (count > 0) {
                chosen.add(id);
            }
        });
        return chosen;
    }

    @Test
    void aNewcomerGetsMoreAsItWarmsUp() {
        for (LoadBalancer way :
                List.of(LoadBalancer.roundRobin(), LoadBalancer.weightedRandom(), LoadBalancer.leastLoaded())) {
            FakeService service = FakeService.equal(3);
            Selector selector = service.selector(way.slowStart(Duration.ofSeconds(100)));
            assertThat(service.counts(selector, 3000).values()).allMatch(count -> count > 850);
            service.add(FakeService.instance(3));
            int fresh = service.counts(selector, 10_000).get("i00003");
            service.pass(50, TimeUnit.SECONDS);
            int halfway = service.counts(selector, 10_000).get("i00003");
            service.pass(50, TimeUnit.SECONDS);
            int warm = service.counts(selector, 10_000).get("i00003");
            assertThat(fresh).as("fresh with %s", way).isCloseTo(10_000 / 31, within(120));
            assertThat(halfway).as("halfway with %s", way).isCloseTo(10_000 / 7, within(250));
            assertThat(warm).as("warm with %s", way).isCloseTo(2_500, within(250));
        }
    }

    @Test
    void whoComesBackFromOutOfServiceWarmsUpAgain() {
        FakeService service = FakeService.equal(2);
        Selector selector = service.selector(LoadBalancer.roundRobin().slowStart(Duration.ofSeconds(30)));
        service.status("i00001", Status.OUT_OF_SERVICE);
        assertThat(service.counts(selector, 100)).containsEntry("i00001", 0);
        service.status("i00001", Status.UP);
        assertThat(service.counts(selector, 1000).get("i00001")).isLessThan(200);
    }

    @Test
    void whenAllAreNewTheyShareEvenly() {
        FakeService service = FakeService.equal(1);
        Selector selector = service.selector(LoadBalancer.roundRobin().slowStart(Duration.ofSeconds(30)));
        selector.pick();
        service.with(FakeService.instance(8), FakeService.instance(9));
        assertThat(service.counts(selector, 100).values()).containsOnly(50);
    }

    @Property(tries = 100)
    void aSubsetChangesByOneAtMost(
            @ForAll @IntRange(min = 2, max = 200) int instances, @ForAll @IntRange(min = 1, max = 30) int size) {
        FakeService service = FakeService.equal(instances);
        LoadBalancer balancer = LoadBalancer.roundRobin().subset("client-7", size);
        Set<String> before = considered(service, balancer);
        assertThat(before).hasSize(Math.min(instances, size));
        service.remove("i00000").add(FakeService.instance(999));
        Set<String> after = considered(service, balancer);
        before.removeAll(after);
        assertThat(before.size()).isLessThanOrEqualTo(2); // one left and one came
    }

    private static Set<String> considered(FakeService service, LoadBalancer balancer) {
        Set<String> ids = new TreeSet<>();
        service.selector(balancer)
                .explain()
                .considered()
                .forEach(s -> ids.add(s.instance().id()));
        return ids;
    }

    @Test
    void numberedClientsShareOutTheInstancesEvenly() {
        FakeService service = FakeService.equal(100);
        Map<String, Integer> clients = new HashMap<>();
        for (int client = 0; client < 50; client++) {
            considered(service, LoadBalancer.roundRobin().subset(client, 10))
                    .forEach(id -> clients.merge(id, 1, Integer::sum));
        }
        assertThat(clients).hasSize(100);
        assertThat(clients.values()).containsOnly(5);
    }

    @Test
    void stickyFollowsTheIdWhileItCanBeChosen() {
        FakeService service = FakeService.equal(10);
        Selector selector = service.selector(LoadBalancer.random().sticky());
        String id = selector.pick().instance().id();
        for (int i = 0; i < 50; i++) {
            assertThat(selector.pick(id).instance().id()).isEqualTo(id);
        }
        assertThat(selector.pickExcept(Set.of(id), id).instance().id()).isNotEqualTo(id);
        service.status(id, Status.DRAINING);
        assertThat(selector.pick(id).instance().id()).isNotEqualTo(id);
    }

    @Test
    void mistakesAreNamed() {
        LoadBalancer way = LoadBalancer.random();
        assertThatThrownBy(() -> way.canary("2", 1.5)).hasMessage("share: 1.5 (expected: 0 to 1)");
        assertThatThrownBy(() -> way.preferZone("a", 0)).hasMessage("share: 0.0 (expected: above 0, up to 1)");
        assertThatThrownBy(() -> way.slowStart(Duration.ZERO))
                .hasMessageStartingWith("window: PT0S (expected: above 0");
        assertThatThrownBy(() -> way.subset("me", 0)).hasMessage("size: 0 (expected: 1 or more)");
        assertThatThrownBy(() -> way.subset(-1, 3)).hasMessage("clientIndex: -1 (expected: 0 or more)");
        assertThatThrownBy(() -> LoadBalancer.consistentHash(1)).hasMessage("loadFactor: 1.0 (expected: above 1)");
    }
}
