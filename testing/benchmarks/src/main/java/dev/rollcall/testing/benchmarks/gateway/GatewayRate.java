package dev.rollcall.testing.benchmarks.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Requests per second through the gateway, nginx and Spring Cloud Gateway: {@code GatewayRate [rounds] [seconds]}, by default 7 rounds with turns of 3 s. All go to the
 * same three backends, which nginx plays; each contender is a process of its own, and {@code wrk} asks with 64 connections that are kept.
 * They take turns, the order reversed in every other round, so that whatever else the machine does hits all of them; a ratio is of two turns of the same round.
 *
 * <p>Spring's part is built apart: {@code mvn -f testing/benchmarks/spring-gateway/pom.xml package}. Without it the rest is measured.
 */
public final class GatewayRate {
    private static final int BACKENDS = 3;
    private static final int CONNECTIONS = 64;
    /** What a JVM's compiler needs to see; counted in requests, as on a busy machine time says little. */
    private static final long WARM_UP_REQUESTS = 200_000;

    private static final int MAX_WARM_UP_TURNS = 30;
    private static final String REFERENCE = "nginx, static upstreams";
    private static final String OURS = "Rollcall gateway";
    /** As the {@code rollcall} script has it for what runs long. */
    private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Dio.netty.allocator.type=pooled");

    private final Path directory;
    private final List<Contender> contenders = new ArrayList<>();
    private final List<Integer> backends = new ArrayList<>();

    private GatewayRate(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        GatewayRate rate = new GatewayRate(Files.createTempDirectory("rollcall-gateway-rate"));
        rate.run(rounds, seconds);
    }

    private void run(int rounds, int seconds) throws IOException, InterruptedException {
        for (int i = 0; i < BACKENDS; i++) {
            backends.add(Contender.freePort());
        }
        Contender direct = Contender.start(
                "the backend itself",
                backends.get(0),
                directory.resolve("backends.log"),
                Nginx.backends(directory.resolve("backends"), backends));
        contenders.add(direct);
        try {
            startProxies();
            warmUp(seconds);
            measure(rounds, seconds);
            report();
        } finally {
            for (Contender contender : contenders) {
                contender.close();
            }
        }
    }

    private void startProxies() throws IOException, InterruptedException {
        int nginx = Contender.freePort();
        start(
                REFERENCE,
                nginx,
                Nginx.proxy(
                        directory.resolve("nginx"),
                        nginx,
                        backends,
                        Runtime.getRuntime().availableProcessors()));
        int gateway = Contender.freePort();
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(OPTIONS);
        command.addAll(List.of(System.getProperty("gateway.options", "").strip().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                GatewayProcess.class.getName(),
                Integer.toString(gateway)));
        backends.forEach(port -> command.add(Integer.toString(port)));
        start(OURS, gateway, new ProcessBuilder(command));
        Path spring = Path.of(System.getProperty("spring.gateway", "spring-gateway.jar"));
        if (Files.exists(spring)) {
            int port = Contender.freePort();
            start("Spring Cloud Gateway", port, spring(spring, port));
        } else {
            System.out.println("Without Spring Cloud Gateway: " + spring + " is not built.");
        }
    }

    private void start(String name, int port, ProcessBuilder command) throws IOException, InterruptedException {
        contenders.add(Contender.start(name, port, directory.resolve(name.replaceAll("\\W+", "-") + ".log"), command));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** With the JVM's own defaults; its load balancer has the same instances as a fixed list. */
    private ProcessBuilder spring(Path jar, int port) {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-jar",
                jar.toString(),
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--spring.cloud.gateway.server.webflux.routes[0].id=orders",
                "--spring.cloud.gateway.server.webflux.routes[0].uri=lb://orders",
                "--spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/orders/**",
                "--spring.cloud.gateway.server.webflux.routes[0].filters[0]=StripPrefix=1"));
        for (int i = 0; i < backends.size(); i++) {
            command.add("--spring.cloud.discovery.client.simple.instances.orders[" + i + "].uri=http://127.0.0.1:"
                    + backends.get(i));
        }
        return new ProcessBuilder(command);
    }

    private void warmUp(int seconds) throws IOException, InterruptedException {
        for (Contender contender : contenders) {
            long requests = 0;
            for (int turn = 0; turn < MAX_WARM_UP_TURNS && requests < WARM_UP_REQUESTS; turn++) {
                requests += (long) (contender.turn(CONNECTIONS, seconds).perSecond() * seconds);
            }
        }
    }

    private void measure(int rounds, int seconds) throws IOException, InterruptedException {
        List<Contender> reversed = new ArrayList<>(contenders);
        Collections.reverse(reversed);
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : round % 2 == 0 ? contenders : reversed) {
                contender.record(contender.turn(CONNECTIONS, seconds));
            }
        }
    }

    private void report() {
        for (Contender contender : contenders) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "%-26s %s requests/s, p50 %s µs, p99 %s µs, %s µs of processor time each, %d failed",
                    contender.name(),
                    range("%,.0f", contender.figures(Load::perSecond)),
                    range("%,.0f", contender.figures(Load::p50Micros)),
                    range("%,.0f", contender.figures(Load::p99Micros)),
                    range("%.1f", contender.figures(Load::cpuMicros)),
                    contender.failed()));
        }
        double[] ours = rates(OURS);
        for (Contender contender : contenders) {
            if (!contender.name().equals(OURS)) {
                double[] theirs = rates(contender.name());
                double[] ratios = new double[ours.length];
                Arrays.setAll(ratios, round -> ours[round] / theirs[round]);
                System.out.println(OURS + " / " + contender.name() + ": " + range("%.2f", ratios));
            }
        }
    }

    private double[] rates(String name) {
        return contenders.stream()
                .filter(contender -> contender.name().equals(name))
                .findFirst()
                .orElseThrow()
                .figures(Load::perSecond);
    }

    /** The median, with the least and the greatest. */
    private static String range(String format, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        String shown = format + " (" + format + " to " + format + ")";
        return String.format(Locale.ROOT, shown, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }
}
