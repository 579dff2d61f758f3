package dev.rollcall.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ConsistentHashTest {
    private static final int KEYS = 2000;
    private static final LoadBalancer UNBOUNDED = LoadBalancer.consistentHash(Double.POSITIVE_INFINITY);

    @Property(tries = 100)
    void onlyKeysOfTheOneThatLeavesMove(
            @ForAll @Size(min = 2, max = 60) List<@IntRange(min = 1, max = 20) Integer> weights,
            @ForAll @IntRange(max = 59) int leaving) {
        FakeService service = weighted(weights);
        Selector selector = service.selector(UNBOUNDED);
        String gone = "i%05d".formatted(leaving % weights.size());
        Map<String, String> before = owners(selector);
        service.remove(gone);
        owners(selector).forEach((key, owner) -> {
            if (!before.get(key).equals(gone)) {
                assertThat(owner).isEqualTo(before.get(key));
            }
        });
    }

    @Property(tries = 100)
    void onlyKeysOfTheOneThatGainsWeightMove(
            @ForAll @Size(min = 2, max = 60) List<@IntRange(min = 10, max = 20) Integer> weights,
            @ForAll @IntRange(max = 59) int changing) {
        FakeService service = weighted(weights);
        Selector selector = service.selector(UNBOUNDED);
        String changed = "i%05d".formatted(changing % weights.size());
        Map<String, String> before = owners(selector);
        service.change(changed, instance -> instance.withWeight(instance.weight() + 5));
        owners(selector).forEach((key, owner) -> {
            if (!owner.equals(changed)) {
                assertThat(owner).isEqualTo(before.get(key));
            }
        });
    }

    private static FakeService weighted(List<Integer> weights) {
        return FakeService.weighted(weights.stream().mapToInt(Integer::intValue).toArray());
    }

    @Test
    void oneMoreOfAHundredTakesAboutAHundredthOfTheKeys() {
        FakeService service = FakeService.equal(100);
        Selector selector = service.selector(UNBOUNDED);
        Map<String, String> before = owners(selector, 20_000);
        service.add(FakeService.instance(100));
        Map<String, String> after = owners(selector, 20_000);
        long moved = before.keySet().stream()
                .filter(key -> !before.get(key).equals(after.get(key)))
                .count();
        assertThat(moved).isBetween(100L, 350L);
        assertThat(after.values().stream().filter("i00100"::equals).count()).isEqualTo(moved);
    }

    @Test
    void sharesOfKeysAreNearlyEven() {
        for (int size : new int[] {3, 10, 100, 1000}) {
            Map<String, Integer> shares = new HashMap<>();
            owners(FakeService.equal(size).selector(UNBOUNDED), 100 * size)
                    .values()
                    .forEach(owner -> shares.merge(owner, 1, Integer::sum));
            assertThat(Collections.max(shares.values()))
                    .as("the largest share of %s", size)
                    .isLessThan(150);
            assertThat(Collections.min(shares.values()))
                    .as("the least share of %s", size)
                    .isGreaterThan(40);
            assertThat(shares).hasSize(size);
        }
    }

    @Test
    void sharesOfKeysFollowWeights() {
        FakeService service =
                FakeService.of(FakeService.instances(200, (i, instance) -> instance.withWeight(i % 2 == 0 ? 1 : 5)));
        long heavy = owners(service.selector(UNBOUNDED), 30_000).values().stream()
                .filter(owner -> owner.charAt(5) % 2 == 1)
                .count();
        assertThat(heavy / 30_000.0).isCloseTo(5.0 / 6, within(0.03));
    }

    @Test
    void allClientsAgree() {
        Map<String, String> one = owners(FakeService.equal(50).selector(UNBOUNDED));
        FakeService other = new FakeService(7).with(FakeService.instances(50, (i, instance) -> instance));
        assertThat(owners(other.selector(LoadBalancer.consistentHash()))).isEqualTo(one);
    }

    @Property(tries = 50)
    void nobodyHasMoreThanTheBoundOfItsShare(
            @ForAll @IntRange(min = 1, max = 50) int size, @ForAll @IntRange(min = 1, max = 500) int calls) {
        FakeService service = FakeService.equal(size);
        Selector selector = service.selector(LoadBalancer.consistentHash(1.25));
        List<Pick> open = new ArrayList<>();
        Map<String, Integer> inFlight = new HashMap<>();
        for (int call = 1; call <= calls; call++) {
            Pick pick = selector.pick("the one hot key");
            open.add(pick);
            int had = inFlight.merge(pick.instance().id(), 1, Integer::sum);
            assertThat(had).isLessThanOrEqualTo((int) Math.ceil(1.25 * call / size));
        }
        open.forEach(Pick::succeeded);
        String home = selector.pick("the one hot key").instance().id();
        assertThat(home)
                .isEqualTo(FakeService.equal(size)
                        .selector(UNBOUNDED)
                        .pick("the one hot key")
                        .instance()
                        .id());
    }

    /** 1.25 × 348 ÷ 29 is 15, and a little more in binary fractions. */
    @Test
    void aBoundThatIsAWholeNumberIsNotRoundedUp() {
        nobodyHasMoreThanTheBoundOfItsShare(29, 348);
    }

    @Test
    void aSecondChoiceIsTheSameForTheSameKey() {
        FakeService service = FakeService.equal(20);
        Selector selector = service.selector(UNBOUNDED);
        for (int i = 0; i < 100; i++) {
            String key = "key" + i;
            String first = selector.pick(key).instance().id();
            String second = selector.pickExcept(Set.of(first), key).instance().id();
            assertThat(second).isNotEqualTo(first);
            assertThat(selector.pickExcept(Set.of(first), key).instance().id()).isEqualTo(second);
        }
    }

    @Test
    void idsWithTheSameHashAreBothOnTheRing() {
        Node[] twins = {
            Node.of(FakeService.instance(1), false, Tracker.NONE), Node.of(FakeService.instance(1), true, Tracker.NONE)
        };
        HashRing ring = new HashRing(twins, 3);
        assertThat(List.of(0, 1, 2, 3, 4, 5)).map(ring::owner).containsExactly(0, 1, 0, 1, 0, 1);
    }

    private static Map<String, String> owners(Selector selector) {
        return owners(selector, KEYS);
    }

    private static Map<String, String> owners(Selector selector, int keys) {
        Map<String, String> owners = new HashMap<>();
        for (int i = 0; i < keys; i++) {
            try (Pick pick = selector.pick("user-" + i)) {
                owners.put("user-" + i, pick.instance().id());
            }
        }
        return owners;
    }
}
