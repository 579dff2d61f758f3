package dev.rollcall.testing.benchmarks.picks;

import dev.rollcall.Instance;
import dev.rollcall.balance.Algorithm;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Pick;
import dev.rollcall.balance.Selector;
import java.util.concurrent.TimeUnit;
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
 * One pick and its report where most instances have calls under way: two picks for each instance stay open. A class apart
 * from {@link PickBenchmark}, as what this one does first would change how the others are compiled.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class BusyPickBenchmark {
    /** How many instances. */
    @Param({"3", "100", "10000"})
    private int size;

    /** Which balancer, and so what a pick goes by. */
    @Param({"leastLoaded", "peakEwma"})
    private String balancer = "";

    private Selector selector = new Service(1).selector(LoadBalancer.random());

    @Setup(Level.Trial)
    public void openPicks() {
        selector = new Service(size)
                .selector(Algorithm.named(balancer).orElseThrow().balancer());
        for (int i = 0; i < 2 * size; i++) {
            selector.pick();
        }
    }

    @Benchmark
    public Instance reportedPick() {
        try (Pick pick = selector.pick()) {
            Instance instance = pick.instance();
            pick.succeeded();
            return instance;
        }
    }
}
