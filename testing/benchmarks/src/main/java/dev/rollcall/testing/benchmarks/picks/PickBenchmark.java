package dev.rollcall.testing.benchmarks.picks;

import dev.rollcall.Instance;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.OutlierEjection;
import dev.rollcall.balance.Pick;
import dev.rollcall.balance.Selector;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One pick by each balancer; where the balancer measures, the report is included. The floors are what choosing costs if it
 * need not be right: an array and a shared counter, an array and random numbers, and two looks at the clock.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class PickBenchmark {
    /** How many instances. */
    @Param({"3", "100", "10000"})
    private int size;

    /** Whether the same process has used all the other balancers before, so that calls have many receivers. */
    @Param("false")
    private boolean mixed;

    private final AtomicInteger counter = new AtomicInteger();
    private Instance[] array = new Instance[0];
    private Selector random;
    private Selector roundRobin;
    private Selector weightedRandom;
    private Selector weightedRoundRobin;
    private Selector leastLoaded;
    private Selector peakEwma;
    private Selector consistentHash;
    private Selector consistentHashUnbounded;
    private Selector sticky;
    private Selector zone;
    private Selector canary;
    private Selector refined;
    private Selector ejecting;
    private String key = "";

    public PickBenchmark() {
        Service none = new Service(1);
        random = none.selector(LoadBalancer.random());
        roundRobin = random;
        weightedRandom = random;
        weightedRoundRobin = random;
        leastLoaded = random;
        peakEwma = random;
        consistentHash = random;
        consistentHashUnbounded = random;
        sticky = random;
        zone = random;
        canary = random;
        refined = random;
        ejecting = random;
    }

    @Setup(Level.Trial)
    public void discover() {
        Service service = new Service(size);
        array = service.instances().toArray(new Instance[0]);
        key = array[size / 2].id();
        random = service.selector(LoadBalancer.random());
        roundRobin = service.selector(LoadBalancer.roundRobin());
        weightedRandom = service.selector(LoadBalancer.weightedRandom());
        weightedRoundRobin = service.selector(LoadBalancer.weightedRoundRobin());
        leastLoaded = service.selector(LoadBalancer.leastLoaded());
        peakEwma = service.selector(LoadBalancer.peakEwma());
        consistentHash = service.selector(LoadBalancer.consistentHash());
        consistentHashUnbounded = service.selector(LoadBalancer.consistentHash(Double.POSITIVE_INFINITY));
        sticky = service.selector(LoadBalancer.random().sticky());
        zone = service.selector(LoadBalancer.roundRobin().preferZone("a", 0.9));
        canary = service.selector(LoadBalancer.roundRobin().canary("2", 0.05));
        refined = service.selector(LoadBalancer.roundRobin()
                .slowStart(Duration.ofSeconds(30))
                .subset("me", 50)
                .filter("everybody", instance -> true));
        ejecting = service.selector(LoadBalancer.roundRobin().ejectOutliers(OutlierEjection.defaults()));
        if (mixed) {
            Selector[] all = {
                random,
                roundRobin,
                weightedRandom,
                weightedRoundRobin,
                leastLoaded,
                peakEwma,
                consistentHash,
                sticky,
                zone
            };
            for (int i = 0; i < 200_000; i++) {
                try (Pick pick = all[i % all.length].pick()) {
                    pick.succeeded();
                }
            }
        }
    }

    @Benchmark
    public Instance floorArrayAndAtomicInteger() {
        return array[Integer.remainderUnsigned(counter.getAndIncrement(), array.length)];
    }

    @Benchmark
    public Instance floorThreadLocalRandom() {
        return array[ThreadLocalRandom.current().nextInt(array.length)];
    }

    @Benchmark
    public long floorClockTwice() {
        long start = System.nanoTime();
        return System.nanoTime() - start;
    }

    @Benchmark
    public Instance random() {
        return random.pick().instance();
    }

    @Benchmark
    public Instance roundRobin() {
        return roundRobin.pick().instance();
    }

    @Benchmark
    public Instance roundRobinReported() {
        return reported(roundRobin.pick());
    }

    @Benchmark
    public Instance weightedRandom() {
        return weightedRandom.pick().instance();
    }

    @Benchmark
    public Instance weightedRoundRobin() {
        return weightedRoundRobin.pick().instance();
    }

    @Benchmark
    public Instance leastLoaded() {
        return reported(leastLoaded.pick());
    }

    @Benchmark
    public Instance peakEwma() {
        return reported(peakEwma.pick());
    }

    @Benchmark
    public Instance roundRobinEjectingOutliers() {
        return reported(ejecting.pick());
    }

    @Benchmark
    public Instance consistentHash() {
        return reported(consistentHash.pick(key));
    }

    @Benchmark
    public Instance consistentHashUnbounded() {
        return consistentHashUnbounded.pick(key).instance();
    }

    @Benchmark
    public Instance sticky() {
        return sticky.pick(key).instance();
    }

    @Benchmark
    public Instance zoneSpillOver() {
        return zone.pick().instance();
    }

    @Benchmark
    public Instance canary() {
        return canary.pick().instance();
    }

    @Benchmark
    public Instance filteredSubsetSlowStart() {
        return refined.pick().instance();
    }

    private static Instance reported(Pick opened) {
        try (Pick pick = opened) {
            Instance instance = pick.instance();
            pick.succeeded();
            return instance;
        }
    }
}
