package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Rollcall;
import dev.rollcall.memory.MemoryStore;
import dev.rollcall.memory.StoreEntry;
import dev.rollcall.spi.EventLoop;
import dev.rollcall.tck.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Two stores, clients of them and bridges between them in virtual time. */
final class Simulation {
    static final Duration TTL = Duration.ofSeconds(10);

    final VirtualTime time = new VirtualTime();
    final MemoryStore source = MemoryStore.inTimeOf(time);
    final MemoryStore target = MemoryStore.inTimeOf(time);
    final Random random;
    private final List<Bridge> bridges = new ArrayList<>();

    Simulation(long seed) {
        random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    Rollcall client(MemoryStore store, String name, LossProtection protection) {
        return Rollcall.builder("memory:")
                .name(name)
                .provider(store.provider())
                .eventLoop(time)
                .listenerExecutor(time)
                .random(new Random(random.nextLong()))
                .ttl(TTL)
                .lossProtection(protection)
                .closeOnShutdown(false)
                .connect();
    }

    Rollcall client(MemoryStore store, String name) {
        return client(store, name, LossProtection.off());
    }

    /** As {@code a} and {@code b} are different stores, so are their URIs; which store is behind them is the simulation's. */
    static BridgeOptions.Builder options() {
        return BridgeOptions.builder("memory:a", "memory:b").closeOnShutdown(false);
    }

    static BridgeOptions.Builder backwards() {
        return BridgeOptions.builder("memory:b", "memory:a").closeOnShutdown(false);
    }

    Bridge bridge(BridgeOptions.Builder options, Leadership leadership, String name) {
        return bridge(options, source, target, leadership, name);
    }

    Bridge bridge(BridgeOptions.Builder builder, MemoryStore from, MemoryStore to, Leadership leadership, String name) {
        BridgeOptions options = builder.build();
        Ends ends = new Ends(
                client(from, name + "-source", options.lossProtection()), client(to, name + "-target"), shared());
        Bridge bridge = Bridge.open(options, ends, leadership);
        bridges.add(bridge);
        return bridge;
    }

    /** Elected in the target store, as in production. */
    Leadership elected(MemoryStore store, String name, BridgeOptions.Builder options) {
        return new ElectedLeadership(
                Rollcall.builder("memory:")
                        .name(name + "-election")
                        .provider(store.provider())
                        .eventLoop(time)
                        .listenerExecutor(time)
                        .random(new Random(random.nextLong()))
                        .ttl(TTL.dividedBy(2))
                        .closeOnShutdown(false)
                        .connect(),
                options.build().name());
    }

    Comparison comparison(BridgeOptions.Builder builder) {
        BridgeOptions options = builder.build();
        return Comparison.open(
                options, new Ends(client(source, "comparison-source"), client(target, "comparison-target"), shared()));
    }

    Bridge bridge() {
        return bridge(options(), Leadership.sole(), "bridge");
    }

    /** The one time of all, which the end of one bridge doesn't end. */
    private EventLoop shared() {
        return new EventLoop() {
            @Override
            public void execute(Runnable task) {
                time.execute(task);
            }

            @Override
            public Timer schedule(Duration delay, Runnable task) {
                return time.schedule(delay, task);
            }

            @Override
            public long nanoTime() {
                return time.nanoTime();
            }

            @Override
            public Instant now() {
                return time.now();
            }

            @Override
            public void close() {}
        };
    }

    void until(String what, BooleanSupplier condition, Duration atMost) {
        assertThat(time.advanceUntil(condition, atMost))
                .as("%s within %s", what, atMost)
                .isTrue();
    }

    void untilCaughtUp(Bridge bridge) {
        until("caught up", () -> bridge.state().caughtUp(), Duration.ofMinutes(2));
    }

    /** What a store has, by {@code service/id}, without what mirrors say of themselves. */
    static SortedMap<String, Instance> content(MemoryStore store) {
        SortedMap<String, Instance> content = new TreeMap<>();
        for (StoreEntry entry : store.entries()) {
            Instance instance = entry.instance().orElseThrow();
            content.put(instance.service() + "/" + instance.id(), MirrorMark.plain(instance, instance.service()));
        }
        return content;
    }

    static Instance orders(int port) {
        return Instance.of("orders", "http://10.0.0.1:" + port);
    }
}
