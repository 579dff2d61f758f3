package dev.rollcall.grpc;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.Awaitility;

/** Clients of a registry, gRPC servers registered there and channels to them, all of which are closed together. */
final class ServiceFixture implements AutoCloseable {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    /** Kept, as it would forget its level otherwise: a passing test prints nothing. */
    private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

    private static final AtomicInteger STORES = new AtomicInteger();

    private final String uri;
    private final Rollcall rollcall;
    private final Map<String, Registration> registrations = new LinkedHashMap<>();
    private final Map<String, Server> servers = new LinkedHashMap<>();
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final Set<String> called = ConcurrentHashMap.newKeySet();

    static {
        GRPC_LOG.setLevel(Level.OFF);
    }

    ServiceFixture(String uri) {
        this.uri = uri;
        this.rollcall = client(uri);
    }

    /** On a store of its own in this JVM. */
    static ServiceFixture inMemory() {
        return new ServiceFixture("memory:grpc-" + STORES.incrementAndGet());
    }

    String uri() {
        return uri;
    }

    Rollcall rollcall() {
        return rollcall;
    }

    /** Another client, of any registry. */
    Rollcall client(String uri) {
        Rollcall client = Rollcall.builder(uri).closeOnShutdown(false).connect();
        closers.push(client::close);
        return client;
    }

    /** Starts a server that answers with its name, and registers it as an instance of {@code orders}. */
    Registration serve(String name) {
        return serve(name, () -> name, UnaryOperator.identity());
    }

    Registration serve(String name, Supplier<String> answer, UnaryOperator<Instance> change) {
        Server server = Hello.server(() -> {
            called.add(name);
            return answer.get();
        });
        servers.put(name, server);
        closers.push(server::shutdownNow);
        Instance instance =
                Instance.of("orders", "grpc://127.0.0.1:" + server.getPort()).withId(name);
        return register(name, change.apply(instance));
    }

    Registration register(String name, Instance instance) {
        Registration registration = rollcall.register(instance);
        registrations.put(name, registration);
        try {
            registration.awaitRegistered(LONGEST_WAIT);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return registration;
    }

    Registration registration(String name) {
        return registrations.get(name);
    }

    Server server(String name) {
        return servers.get(name);
    }

    /** A channel to {@code orders} by a policy of Rollcall's. */
    ManagedChannel channel(String policy, Map<String, ?> config) {
        return open(RollcallGrpc.of(rollcall)
                .configure(ManagedChannelBuilder.forTarget("rollcall:///orders"))
                .defaultServiceConfig(Map.of("loadBalancingConfig", java.util.List.of(Map.of(policy, config)))));
    }

    ManagedChannel channel() {
        return channel("rollcall_round_robin", Map.of());
    }

    ManagedChannel open(ManagedChannelBuilder<?> builder) {
        ManagedChannel channel = builder.usePlaintext().build();
        closers.push(() -> close(channel));
        return channel;
    }

    private static void close(ManagedChannel channel) {
        try {
            if (!channel.shutdownNow().awaitTermination(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(channel + " does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Calls until exactly these have answered in the last calls, a few times as many as there are servers. */
    static void awaitAnswersFrom(ManagedChannel channel, String... names) {
        Awaitility.await().atMost(LONGEST_WAIT).until(() -> answers(channel, 4 * names.length), Set.of(names)::equals);
    }

    /** Calls until each of these has been called, whatever it answers. */
    void awaitCalls(ManagedChannel channel, String... names) {
        called.clear();
        Awaitility.await().atMost(LONGEST_WAIT).until(() -> {
            for (int i = 0; i < 4 * names.length; i++) {
                try {
                    Hello.call(channel);
                } catch (StatusRuntimeException e) {
                    // A server that always fails has been called all the same.
                }
            }
            return called.containsAll(Set.of(names));
        });
    }

    static Set<String> answers(ManagedChannel channel, int calls) {
        Set<String> answers = new TreeSet<>();
        for (int i = 0; i < calls; i++) {
            answers.add(Hello.call(channel));
        }
        return answers;
    }

    @Override
    public void close() {
        closers.forEach(Runnable::run);
    }
}
