package dev.rollcall.testing.benchmarks.picks;

import com.linecorp.armeria.client.ClientRequestContext;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.endpoint.EndpointGroup;
import com.linecorp.armeria.client.endpoint.EndpointSelectionStrategy;
import com.linecorp.armeria.client.endpoint.EndpointSelector;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import io.grpc.LoadBalancer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.strategies.RoundRobinStrategy;
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
 * One pick by other libraries, each at its leanest: the strategy alone over a list that never changes. (Curator's service
 * provider around its strategy copies the list for each pick.)
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup before anything else
public class PeerBenchmark {
    @Param({"3", "100", "10000"})
    private int size;

    private GrpcRoundRobin grpc;
    private LoadBalancer.PickSubchannelArgs grpcArguments;
    private EndpointSelector armeriaRoundRobin;
    private EndpointSelector armeriaWeighted;
    private ClientRequestContext armeriaContext;
    private final RoundRobinStrategy<Void> curator = new RoundRobinStrategy<>();
    private List<ServiceInstance<Void>> curatorInstances;

    @Setup(Level.Trial)
    public void prepare() {
        grpc = new GrpcRoundRobin(size);
        grpcArguments = GrpcRoundRobin.arguments();
        List<Endpoint> endpoints = new ArrayList<>();
        curatorInstances = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String host = "10.0.%d.%d".formatted(i >> 8, i & 255);
            endpoints.add(Endpoint.of(host, 8080).withWeight(Service.weight(i)));
            curatorInstances.add(new ServiceInstance<>("orders", host, host, 8080, null, null, 0, null, null, true));
        }
        EndpointGroup group = EndpointGroup.of(endpoints);
        armeriaRoundRobin = EndpointSelectionStrategy.roundRobin().newSelector(group);
        armeriaWeighted = EndpointSelectionStrategy.weightedRoundRobin().newSelector(group);
        armeriaContext = ClientRequestContext.of(HttpRequest.of(HttpMethod.GET, "/"));
    }

    @Benchmark
    public Object grpcRoundRobin() {
        return grpc.pick(grpcArguments);
    }

    @Benchmark
    public Object armeriaRoundRobin() {
        return armeriaRoundRobin.selectNow(armeriaContext);
    }

    @Benchmark
    public Object armeriaWeightedRoundRobin() {
        return armeriaWeighted.selectNow(armeriaContext);
    }

    @Benchmark
    public Object curatorRoundRobin() throws Exception { // as its interface declares it
        return curator.getInstance(() -> curatorInstances);
    }
}
