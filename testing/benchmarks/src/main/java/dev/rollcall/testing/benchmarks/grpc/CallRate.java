package dev.rollcall.testing.benchmarks.grpc;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.grpc.RollcallGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Calls per second: {@code CallRate [servers] [rounds]}, by default 4 and 9. Servers and clients share this JVM. The contenders take
 * turns, two seconds each, so that whatever else the machine does hits all of them; the figure is the median of the rounds, and
 * the ratio the median of each round's ratio to grpc-java's {@code round_robin} over a fixed list.
 */
public final class CallRate {
    private static final long TURN_NANOS = Duration.ofSeconds(2).toNanos();
    private static final int WARM_UP_ROUNDS = 2;
    private static final List<String> POLICIES = List.of(
            "round_robin",
            "rollcall_round_robin",
            "rollcall_weighted_round_robin",
            "rollcall_least_loaded",
            "rollcall_peak_ewma");
    private static final String REFERENCE = "round_robin, fixed list";

    private static final class Contender {
        final String name;
        final Calls calls;
        final double[] rates;

        Contender(String name, ManagedChannel channel, int rounds) {
            this.name = name;
            this.calls = new Calls(channel);
            this.rates = new double[rounds];
        }
    }

    private CallRate() {}

    public static void main(String[] args) throws Exception {
        int servers = args.length > 0 ? Integer.parseInt(args[0]) : 4;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 9;
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            Server server = Echo.start();
            ports.add(server.getPort());
        }
        try (Rollcall rollcall = Rollcall.connect("memory:")) {
            for (int port : ports) {
                Registration registration = rollcall.register(Instance.of("echo", "grpc://127.0.0.1:" + port));
                registration.awaitRegistered(Duration.ofSeconds(10));
            }
            List<Contender> contenders = new ArrayList<>();
            contenders.add(new Contender(REFERENCE, fixed(ports), rounds));
            for (String policy : POLICIES) {
                contenders.add(new Contender(policy + ", rollcall:///", registered(rollcall, policy), rounds));
            }
            measure(contenders, rounds);
            report(servers, contenders);
        }
        System.exit(0);
    }

    private static ManagedChannel fixed(List<Integer> ports) {
        NameResolverRegistry.getDefaultRegistry().register(new StaticAddresses(ports));
        return ManagedChannelBuilder.forTarget(StaticAddresses.TARGET)
                .defaultLoadBalancingPolicy("round_robin")
                .directExecutor()
                .usePlaintext()
                .build();
    }

    private static ManagedChannel registered(Rollcall rollcall, String policy) {
        return RollcallGrpc.of(rollcall)
                .configure(ManagedChannelBuilder.forTarget("rollcall:///echo"))
                .defaultLoadBalancingPolicy(policy)
                .directExecutor()
                .usePlaintext()
                .build();
    }

    private static void measure(List<Contender> contenders, int rounds) throws InterruptedException {
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (Contender contender : contenders) {
                double rate = contender.calls.perSecond(TURN_NANOS);
                if (round >= 0) {
                    contender.rates[round] = rate;
                }
            }
        }
    }

    private static void report(int servers, List<Contender> contenders) {
        double[] reference = contenders.get(0).rates;
        for (Contender contender : contenders) {
            double[] ratios = new double[reference.length];
            Arrays.setAll(ratios, round -> contender.rates[round] / reference[round]);
            System.out.println(String.format(
                    Locale.ROOT,
                    "gRPC, %d servers: %,8.0f calls/s, %.2f of the reference, %d failed: %s",
                    servers,
                    median(contender.rates),
                    median(ratios),
                    contender.calls.failed(),
                    contender.name));
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
