package dev.rollcall.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RoundRobinTest {

    @Property(tries = 200)
    void oneThreadIsExactlyEven(
            @ForAll @IntRange(min = 1, max = 300) int size, @ForAll @IntRange(max = 5000) int picks) {
        FakeService service = FakeService.equal(size);
        Map<String, Integer> counts = service.counts(service.selector(LoadBalancer.roundRobin()), picks);
        assertThat(Collections.max(counts.values()) - Collections.min(counts.values()))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void tenThousandInstancesAreEachChosenOnceARound() {
        FakeService service = FakeService.equal(10_000);
        assertThat(service.counts(service.selector(LoadBalancer.roundRobin()), 10_000)
                        .values())
                .containsOnly(1);
    }

    @Test
    void clientsDoNotAllBeginWithTheSameInstance() {
        List<String> firsts = new ArrayList<>();
        for (int seed = 0; seed < 50; seed++) {
            FakeService service = new FakeService(seed).with(FakeService.instances(10, (i, instance) -> instance));
            firsts.add(service.selector(LoadBalancer.roundRobin())
                    .pick()
                    .instance()
                    .id());
        }
        assertThat(firsts.stream().distinct().count()).isGreaterThan(5);
    }

    @Property(tries = 500)
    void aPositionOfAnyValueIsAPlaceInTheRotation(@ForAll long position, @ForAll @IntRange(min = 1) int size) {
        long[] positions = new Cursors(() -> position).positions();
        int first = Cursors.next(positions, size);
        int second = Cursors.next(positions, size);
        assertThat(first).isBetween(0, size - 1);
        assertThat(second).isEqualTo((first + 1) % size);
    }

    /** Curator's {@code Math.abs(i) % n} goes negative after 2^31 picks. */
    @Test
    void roundRobinGoesNegativeAfterTwoToThePowerOf31Picks() {
        for (long position : new long[] {Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            long[] positions = new Cursors(() -> position).positions();
            for (int i = 0; i < 10; i++) {
                assertThat(Cursors.next(positions, 7)).isBetween(0, 6);
            }
        }
    }

    @Test
    void aShrinkingServiceNeverLeavesThePositionOutside() {
        FakeService service = FakeService.equal(100);
        Selector selector = service.selector(LoadBalancer.roundRobin());
        for (int size = 100; size > 0; size--) {
            service.with(FakeService.instances(size, (i, instance) -> instance));
            assertThat(service.counts(selector, size).values()).containsOnly(1);
        }
    }

    @Test
    void theRotationGoesOnWhereItWasWhenAnInstanceIsUpdated() {
        FakeService service = FakeService.equal(5);
        Selector selector = service.selector(LoadBalancer.roundRobin());
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            service.change("i00003", instance -> instance.withMetadata("load", String.valueOf(System.nanoTime())));
            chosen.add(selector.pick().instance().id());
        }
        for (int i = 5; i < 20; i++) {
            assertThat(chosen.get(i)).isEqualTo(chosen.get(i - 5));
        }
    }

    @Test
    void threadsTogetherAreEvenWithinOnePickAThread() throws InterruptedException {
        FakeService service = FakeService.equal(7);
        Selector selector = service.selector(LoadBalancer.roundRobin());
        Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
        // One after the other, so that two on one stripe don't overwrite each other's steps.
        for (int i = 0; i < 40; i++) {
            Thread thread = new Thread(() -> {
                for (int pick = 0; pick < 1000; pick++) {
                    counts.computeIfAbsent(selector.pick().instance().id(), id -> new AtomicInteger())
                            .incrementAndGet();
                }
            });
            thread.start();
            thread.join();
        }
        List<Integer> all = counts.values().stream().map(AtomicInteger::get).toList();
        assertThat(Collections.max(all) - Collections.min(all)).isLessThanOrEqualTo(Stripes.count());
    }
}
