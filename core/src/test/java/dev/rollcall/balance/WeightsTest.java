package dev.rollcall.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WeightsTest {

    static List<LoadBalancer> heedingWeights() {
        return List.of(
                LoadBalancer.weightedRandom(),
                LoadBalancer.weightedRoundRobin(),
                LoadBalancer.leastLoaded(),
                LoadBalancer.peakEwma(),
                LoadBalancer.consistentHash());
    }

    @Provide
    Arbitrary<int[]> weights() {
        Arbitrary<Integer> weight = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.integers().between(1, 20)),
                Tuple.of(2, Arbitraries.integers().between(1, 1_000_000)),
                Tuple.of(1, Arbitraries.just(0)));
        return weight.array(int[].class).ofMinSize(1).ofMaxSize(60);
    }

    @Property(tries = 300)
    void weightedRoundRobinIsWithinAFewPicksOfItsShare(@ForAll("weights") int[] weights) {
        FakeService service = FakeService.weighted(weights);
        Selector selector = service.selector(LoadBalancer.weightedRoundRobin());
        double total = Arrays.stream(weights).asLongStream().sum();
        int[] counts = new int[weights.length];
        for (int picks = 1; picks <= 3000; picks++) {
            counts[index(selector.pick())]++;
            double furthest = 0;
            for (int i = 0; i < weights.length; i++) {
                double share = total == 0 ? 1.0 / weights.length : weights[i] / total;
                furthest = Math.max(furthest, Math.abs(counts[i] - picks * share));
            }
            assertThat(furthest).isLessThanOrEqualTo(2 + 0.3 * Math.log(picks));
        }
    }

    @Property(tries = 300)
    void weightedRoundRobinStarvesNobody(@ForAll("weights") int[] weights) {
        FakeService service = FakeService.weighted(weights);
        Selector selector = service.selector(LoadBalancer.weightedRoundRobin());
        double total = Arrays.stream(weights).asLongStream().sum();
        boolean idle = total == 0;
        if (idle) {
            total = weights.length;
        }
        int[] last = new int[weights.length];
        int[] longest = new int[weights.length];
        for (int pick = 1; pick <= 5000; pick++) {
            int chosen = index(selector.pick());
            longest[chosen] = Math.max(longest[chosen], pick - last[chosen]);
            last[chosen] = pick;
        }
        for (int i = 0; i < weights.length; i++) {
            double most = 2.7 * total / (idle ? 1 : weights[i]);
            assertThat(Math.max(longest[i], 5000 - last[i]))
                    .as("picks between two turns of %s in %s", i, weights)
                    .isLessThanOrEqualTo(most < 5000 ? (int) Math.ceil(most) : 5000);
        }
    }

    @Test
    void smallWeightsGoRoundExactlyAndSmoothly() {
        FakeService service = FakeService.weighted(5, 1, 1);
        Selector selector = service.selector(LoadBalancer.weightedRoundRobin());
        String turns = IntStream.range(0, 14)
                .mapToObj(i -> String.valueOf(index(selector.pick())))
                .reduce("", String::concat);
        assertThat("0010200001020000102000010200").contains(turns);
    }

    @Test
    void commonFactorsDoNotLengthenTheRound() {
        FakeService service = FakeService.weighted(1_000_000, 500_000);
        assertThat(service.counts(service.selector(LoadBalancer.weightedRoundRobin()), 300))
                .containsEntry("i00000", 200)
                .containsEntry("i00001", 100);
    }

    @ParameterizedTest
    @MethodSource("heedingWeights")
    void sharesFollowWeights(LoadBalancer balancer) {
        FakeService service = FakeService.weighted(10, 20, 30, 40);
        Map<String, Integer> counts = service.counts(service.selector(balancer), 100_000);
        if (!balancer.toString().equals("consistentHash")) { // whose shares depend on where four points happen to lie
            assertThat(counts.get("i00000")).isCloseTo(10_000, within(1_000));
            assertThat(counts.get("i00003")).isCloseTo(40_000, within(1_000));
        }
        assertThat(counts.get("i00003")).isGreaterThan(counts.get("i00000"));
    }

    @ParameterizedTest
    @MethodSource("heedingWeights")
    void thoseWithoutWeightGetNothingWhileOneHasSome(LoadBalancer balancer) {
        FakeService service = FakeService.weighted(0, 1, 0, 1_000_000);
        Selector selector = service.selector(balancer);
        assertThat(service.counts(selector, 10_000)).containsEntry("i00000", 0).containsEntry("i00002", 0);
        service.remove("i00001").remove("i00003");
        assertThat(service.counts(selector, 1_000).values()).allMatch(count -> count > 0);
    }

    @ParameterizedTest
    @MethodSource("heedingWeights")
    void tenThousandInstancesOfTheExtremesOfWeight(LoadBalancer balancer) {
        FakeService service = FakeService.of(
                FakeService.instances(10_000, (i, instance) -> instance.withWeight(i == 77 ? 1_000_000 : 1)));
        Map<String, Integer> counts = service.counts(service.selector(balancer), 2_000);
        if (!balancer.toString().equals("consistentHash")) { // which counts it as 16 to 32 times the average
            assertThat(counts.get("i00077")).isGreaterThan(1_900);
        }
    }

    @Property(tries = 200)
    void weightedRandomKeepsTheSharesHoweverItDraws(@ForAll("weights") int[] weights) {
        FakeService service = FakeService.weighted(weights);
        // Even numbers instead of random ones, so that counts are shares and not chance.
        AtomicLong draw = new AtomicLong();
        Selector selector = Selector.of(
                service::snapshot,
                LoadBalancer.weightedRandom(),
                () -> 0,
                () -> draw.getAndIncrement() * 0x9e37_79b9_7f4a_7c15L);
        int draws = 50_000;
        int[] counts = new int[weights.length];
        for (int i = 0; i < draws; i++) {
            counts[index(selector.pick())]++;
        }
        double total = Arrays.stream(weights).asLongStream().sum();
        for (int i = 0; i < weights.length; i++) {
            double share = total == 0 ? 1.0 / weights.length : weights[i] / total;
            assertThat((double) counts[i] / draws).isCloseTo(share, within(0.005));
            assertThat(weights[i] > 0 || total == 0 || counts[i] == 0).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"3, true", "8, true", "9, false"})
    void smallWeightsAreDrawnByTickets(int average, boolean byTickets) {
        int[] weights = new int[1_000];
        Arrays.setAll(weights, i -> i % 2 == 0 ? 1 : 2 * average - 1);
        assertThat(weightedRandom(weights) instanceof RandomPicker).isEqualTo(byTickets);
        Arrays.setAll(weights, i -> weights[i] * 1_000);
        assertThat(weightedRandom(weights) instanceof RandomPicker).isEqualTo(byTickets);
    }

    @Test
    void aliasTableKeepsTheSharesExactly() {
        int[] weights = {1, 1_000_000, 3, 0, 999_999, 7, 250_000};
        Weights reckoned = Weights.of(nodes(weights));
        AliasTable table = AliasTable.of(reckoned);
        // Even numbers instead of random ones, so that counts are shares and not chance.
        int draws = 4_000_000;
        int[] counts = new int[weights.length];
        for (int i = 0; i < draws; i++) {
            counts[table.draw(i * 0x9e37_79b9_7f4a_7c15L)]++;
        }
        for (int i = 0; i < weights.length; i++) {
            assertThat((double) counts[i] / draws).isCloseTo((double) weights[i] / reckoned.total(), within(1e-4));
        }
        assertThat(counts[3]).isZero();
    }

    private static Picker weightedRandom(int... weights) {
        Candidates.Source source = new Candidates.Source("orders", new Meter(Set.of(), () -> 0), () -> 0, null, false);
        return LoadBalancer.weightedRandom().picker(Candidates.of(source, Scope.fresh(() -> 0), nodes(weights)));
    }

    private static Node[] nodes(int... weights) {
        return IntStream.range(0, weights.length)
                .mapToObj(i -> Node.of(FakeService.instance(i).withWeight(weights[i]), false, Tracker.NONE))
                .toArray(Node[]::new);
    }

    private static int index(Pick pick) {
        return Integer.parseInt(pick.instance().id().substring(1));
    }
}
