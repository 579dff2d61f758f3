package dev.rollcall.internal;

import dev.rollcall.Changes;
import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.Subscription;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Selector;
import dev.rollcall.spi.EventLoop;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One caller's view of a service. */
final class ServiceHandle extends LiveHandle<Snapshot> implements ServiceView {
    private final String service;
    private final WatchedService watched;
    private final EventLoop loop;

    ServiceHandle(String service, WatchedService watched, EventLoop loop, Executor listenerExecutor, Runnable release) {
        super("service " + service, watched.reading(), listenerExecutor, release);
        this.service = service;
        this.watched = watched;
        this.loop = loop;
    }

    @Override
    public String service() {
        return service;
    }

    @Override
    public List<Instance> instances() {
        return watched.snapshot().instances();
    }

    @Override
    public Subscription listenChanges(Consumer<? super Changes> listener) {
        return listenChanges(listenerExecutor(), listener);
    }

    @Override
    public Subscription listenChanges(Executor executor, Consumer<? super Changes> listener) {
        Snapshot nothing = Snapshot.of(service, List.of(), Set.of());
        return keep(watched.reading().listenToChange(executor, (before, now) -> {
            Snapshot earlier = before == null ? nothing : known(before, nothing);
            Changes changes = known(now, nothing).since(earlier);
            if (!changes.isEmpty()) {
                listener.accept(changes);
            }
        }));
    }

    private static Snapshot known(Reading<Snapshot> reading, Snapshot otherwise) {
        return reading.value().orElse(otherwise);
    }

    @Override
    public Selector selector(LoadBalancer balancer) {
        return Selector.of(watched::snapshot, balancer, loop::nanoTime);
    }

    @Override
    public long undecodable() {
        return watched.undecodable();
    }
}
