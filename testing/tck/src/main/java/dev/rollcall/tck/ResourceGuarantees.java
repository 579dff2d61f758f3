package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a client uses of the machine: bounded, and given back. */
public interface ResourceGuarantees extends Testbed {

    /** Threads that libraries start and stop as they like. */
    int STRAY_THREADS = 4;

    /** What a garbage collector may leave or a cache may take, whatever the number of cycles. */
    long STRAY_BYTES = 24L << 20;

    @Test
    default void g9ThreadsDoNotGrowWithTheNumberOfWatchedServices() throws InterruptedException {
        Rollcall provider = observer();
        Rollcall consumer = client();
        provider.register(Instance.of("orders-0", "http://10.0.0.1:80")).awaitRegistered(patience());
        ServiceView first = known(consumer, "orders-0");
        first.listen(reading -> {});
        eventually().until(() -> first.instances().size() == 1);
        int withOne = threads();
        List<ServiceView> views = new ArrayList<>();
        for (int i = 1; i < scale().services(); i++) {
            provider.register(Instance.of("orders-" + i, "http://10.0.0.1:80"));
            ServiceView view = consumer.discover("orders-" + i);
            view.listen(reading -> {});
            views.add(view);
        }

        eventually()
                .until(() -> views.stream().allMatch(view -> view.instances().size() == 1));
        int listenerThreads = 16;
        eventually().until(() -> threads() <= withOne + listenerThreads);
    }

    @Test
    default void g9SlowListenersDelayNobody() throws InterruptedException {
        Rollcall client = client();
        Registration registration = client.register(Instance.of("orders", "http://10.0.0.1:80"));
        registration.awaitRegistered(patience());
        ServiceView view = known(client, "orders");
        CountDownLatch stuck = new CountDownLatch(1);
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < scale().listeners(); i++) {
            view.listen(reading -> {
                told.incrementAndGet();
                Testbed.awaitQuietly(stuck);
            });
        }
        RecordedChanges changes = new RecordedChanges();
        view.listenChanges(Runnable::run, changes);
        ServiceView outside = known(observer(), "orders");
        try {
            eventually().until(() -> told.get() > 0);

            join(registration.update(instance -> instance.withWeight(2)));
            eventually().until(() -> view.instances().get(0).weight() == 2);
            eventually().until(() -> changes.instances().get(0).weight() == 2);

            store().expireLeases();
            awaitStored("orders", Set.of("10.0.0.1:80"));
            eventually().until(() -> outside.instances().size() == 1);
            lasting(beyondTtl()).until(() -> store().ids("orders").size() == 1);
        } finally {
            stuck.countDown();
        }
        eventually().until(() -> told.get() >= scale().listeners());
    }

    @Test
    default void g10ClientsThatWereOpenedAndClosedLeaveNothingBehind() throws InterruptedException {
        cycleClient(0);
        cycleClient(1);
        int threads = threads();
        long bytes = bytesAfterCollection();

        for (int cycle = 0; cycle < scale().clientCycles(); cycle++) {
            cycleClient(2 + cycle);
        }

        eventually().until(() -> threads() <= threads + STRAY_THREADS);
        eventually().until(() -> bytesAfterCollection() < bytes + STRAY_BYTES);
        assertThat(store().ids("orders")).isEmpty();
    }

    @Test
    default void g9WhatIsChainedToAnUpdateDelaysNobodyElse() throws InterruptedException {
        Rollcall client = client();
        ServiceView view = known(client, "orders");
        Registration first = client.register(Instance.of("orders", "http://10.0.0.1:80"));
        first.awaitRegistered(patience());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try {
            store().cut(); // so that it isn't done before anything can be chained to it
            Testbed.unawaited(first.update(instance -> instance.withWeight(7)).thenRun(() -> {
                begun.countDown();
                Testbed.awaitQuietly(released);
            }));
            store().heal();
            assertThat(begun.await(patience().toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();

            try (Registration second = client.register(Instance.of("orders", "http://10.0.0.2:80"))) {
                second.awaitRegistered(patience());
                eventually().until(() -> view.instances().size() == 2);
            }
            eventually().until(() -> view.instances().size() == 1);
        } finally {
            released.countDown();
        }
    }

    @Test
    default void g10ViewsAndRegistrationsThatWereOpenedAndClosedLeaveNothingBehind() throws InterruptedException {
        Rollcall client = client();
        cycleHandles(client, 50);
        int threads = threads();
        long bytes = bytesAfterCollection();

        cycleHandles(client, scale().viewCycles());

        eventually().until(() -> threads() <= threads + STRAY_THREADS);
        eventually().until(() -> bytesAfterCollection() < bytes + STRAY_BYTES);
        assertThat(store().ids("orders")).isEmpty();
    }

    private void cycleClient(int cycle) throws InterruptedException {
        Rollcall client = client();
        Instance instance = Instance.of("orders", "http://10.0.0.1:" + (1 + cycle % 60_000));
        client.register(instance).awaitRegistered(patience());
        ServiceView view = known(client, "orders");
        view.listen(reading -> {});
        client.services();
        close(client);
    }

    private void cycleHandles(Rollcall client, int cycles) throws InterruptedException {
        for (int cycle = 0; cycle < cycles; cycle++) {
            Instance instance = Instance.of("orders", "http://10.0.0.1:" + (1 + cycle % 60_000));
            try (Registration registration = client.register(instance);
                    ServiceView view = client.discover("orders")) {
                view.listenChanges(changes -> {});
                view.awaitKnown(patience());
                registration.awaitRegistered(patience());
            }
        }
    }

    /** How many threads there are in this process. */
    static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private static long bytesAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
