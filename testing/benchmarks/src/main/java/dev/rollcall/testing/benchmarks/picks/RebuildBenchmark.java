package dev.rollcall.testing.benchmarks.picks;

import dev.rollcall.Instance;
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

/** The pick that first sees a new snapshot, and the snapshot's making with it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class RebuildBenchmark {
    @Param({"100", "10000"})
    private int size;

    @Param({"roundRobin", "weightedRandom", "weightedRoundRobin", "leastLoaded", "consistentHash"})
    private String balancer = "roundRobin";

    private Service service = new Service(1);
    private Selector selector = service.selector(LoadBalancer.random());

    @Setup(Level.Trial)
    public void discover() {
        service = new Service(size);
        selector = service.selector(
                switch (balancer) {
                    case "roundRobin" -> LoadBalancer.roundRobin();
                    case "weightedRandom" -> LoadBalancer.weightedRandom();
                    case "weightedRoundRobin" -> LoadBalancer.weightedRoundRobin();
                    case "leastLoaded" -> LoadBalancer.leastLoaded();
                    default -> LoadBalancer.consistentHash();
                });
    }

    @Benchmark
    public void newSnapshotAlone() {
        service.change();
    }

    @Benchmark
    public Instance pickAfterChange() {
        service.change();
        try (Pick pick = selector.pick()) {
            return pick.instance();
        }
    }
}
