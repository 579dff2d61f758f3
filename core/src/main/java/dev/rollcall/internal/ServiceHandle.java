package dev.rollcall.internal;

import dev.rollcall.Changes;
import dev.rollcall.Departure;
import dev.rollcall.Departures;
import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.Subscription;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Selector;
import dev.rollcall.health.IdentityCheck;
import dev.rollcall.spi.EventLoop;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/** One caller's view of a service. */
final class ServiceHandle extends LiveHandle<Snapshot> implements ServiceView {
    private final String service;
    private final Followed watched;
    private final EventLoop loop;
    private final Function<IdentityCheck, ServiceView> verifying;

    ServiceHandle(
            String service,
            Followed watched,
            EventLoop loop,
            Executor listenerExecutor,
            Function<IdentityCheck, ServiceView> verifying,
            Runnable release) {
        super("service " + service, watched.reading(), listenerExecutor, release);
        this.service = service;
        this.watched = watched;
        this.loop = loop;
        this.verifying = verifying;
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
    public ServiceView verified(IdentityCheck check) {
        return verifying.apply(check);
    }

    @Override
    public long undecodable() {
        return watched.undecodable();
    }

    @Override
    public Departures recordDepartures() {
        DepartureLog log = watched.recordDepartures();
        Subscription kept = keep(log::close);
        return new Departures() {
            @Override
            public List<Departure> take() {
                return log.take();
            }

            @Override
            public void close() {
                kept.close();
            }
        };
    }
}
