package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What views and registrations do while the store, or the way to it, is away, and after. */
public interface OutageGuarantees extends Testbed {

    @Test
    default void g2NothingIsMissingAfterLinksWereCutFrozenAndHealed() throws InterruptedException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        ServiceView view = known(client(), "orders");
        RecordedChanges changes = new RecordedChanges();
        view.listenChanges(changes);
        RandomProvider provider = new RandomProvider(observer(), "orders", "", 20, random);
        for (int round = 0; round < 12; round++) {
            switch (random.nextInt(3)) {
                case 0 -> store().cut();
                case 1 -> store().freeze();
                default -> store().heal();
            }
            for (int step = 0; step < 20; step++) {
                provider.step();
            }
            if (random.nextInt(4) == 0) {
                store().compact();
            }
            if (random.nextBoolean()) {
                store().heal();
            }
        }
        store().heal();

        eventually().untilAsserted(() -> {
            assertThat(view.instances()).as("seed %d", seed).isEqualTo(provider.expected());
            assertThat(view.reading()).as("seed %d", seed).isInstanceOf(Reading.Fresh.class);
            assertThat(changes.instances()).as("seed %d", seed).isEqualTo(provider.expected());
        });
        assertThat(changes.faults()).as("seed %d", seed).isEmpty();
    }

    @Test
    default void g2WhatHappenedDuringADisconnectAndACompactionIsSeenAfterwards() throws InterruptedException {
        Rollcall provider = observer();
        Registration leaves = provider.register(Instance.of("orders", "http://10.0.0.1:80"));
        Registration changes = provider.register(Instance.of("orders", "http://10.0.0.2:80"));
        changes.awaitRegistered(patience());
        leaves.awaitRegistered(patience());
        ServiceView view = known(client(), "orders");
        eventually().until(() -> view.instances().size() == 2);

        store().cut();
        leaves.close();
        join(changes.update(instance -> instance.withWeight(9)));
        provider.register(Instance.of("orders", "http://10.0.0.3:80")).awaitRegistered(patience());
        store().compact();
        store().heal();

        eventually()
                .untilAsserted(() -> assertThat(view.instances())
                        .containsExactly(
                                Instance.of("orders", "http://10.0.0.2:80").withWeight(9),
                                Instance.of("orders", "http://10.0.0.3:80")));
    }

    @Test
    default void g3ReconnectingRemovesNothing() throws InterruptedException {
        Rollcall provider = observer();
        for (int i = 0; i < 20; i++) {
            provider.register(Instance.of("orders", "http://10.0.0.1:" + (1 + i)))
                    .awaitRegistered(patience());
        }
        ServiceView view = known(client(), "orders");
        RecordedChanges changes = new RecordedChanges();
        view.listenChanges(changes);
        eventually().until(() -> changes.instances().size() == 20);

        for (int round = 0; round < 3; round++) {
            store().cut();
            eventually().until(() -> view.reading() instanceof Reading.Stale);
            store().heal();
            eventually().until(() -> view.reading() instanceof Reading.Fresh);
        }

        assertThat(changes.removedIds()).isEmpty();
        assertThat(changes.all()).hasSize(1);
    }

    @Test
    default void g3AProvidersOwnShortDisconnectIsNotSeenByConsumers() throws InterruptedException {
        Rollcall provider = client(options -> options.ttl(Duration.ofSeconds(20)));
        provider.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(patience());
        ServiceView own = known(provider, "orders");
        ServiceView view = known(observer(), "orders");
        RecordedChanges changes = new RecordedChanges();
        view.listenChanges(changes);
        eventually().until(() -> changes.instances().size() == 1);

        store().cut();
        eventually().until(() -> own.reading() instanceof Reading.Stale);
        store().heal();
        eventually().until(() -> own.reading() instanceof Reading.Fresh);
        lasting(ttl()).until(() -> view.instances().size() == 1);

        assertThat(changes.all()).hasSize(1);
    }

    @Test
    default void g3AndG6ARestartOfTheStoreRemovesNothing() throws InterruptedException {
        Rollcall provider = client(options -> options.ttl(Duration.ofSeconds(20)));
        Registration registration = provider.register(Instance.of("orders", "http://10.0.0.1:80"));
        registration.awaitRegistered(patience());
        ServiceView view = known(client(), "orders");
        RecordedChanges changes = new RecordedChanges();
        view.listenChanges(changes);
        eventually().until(() -> changes.instances().size() == 1);

        store().kill();
        eventually().until(() -> view.reading() instanceof Reading.Stale);
        store().restart();
        eventually().until(() -> view.reading() instanceof Reading.Fresh);
        join(registration.update(instance -> instance.withWeight(2)));
        eventually().until(() -> view.instances().get(0).weight() == 2);

        assertThat(changes.removedIds()).isEmpty();
    }

    @Test
    default void g4AViewIsNotEmptiedWhileTheStoreIsCutOff() throws InterruptedException {
        keepsItsValueWhile(store()::cut, store()::heal);
    }

    @Test
    default void g4AViewIsNotEmptiedWhileTheStoreIsSilent() throws InterruptedException {
        keepsItsValueWhile(store()::freeze, store()::heal);
    }

    @Test
    default void g4AViewIsNotEmptiedWhileTheStoreIsKilled() throws InterruptedException {
        keepsItsValueWhile(store()::kill, store()::restart);
    }

    private void keepsItsValueWhile(Runnable outage, Runnable end) throws InterruptedException {
        Rollcall provider = open(store().directUri(), options -> options.ttl(Duration.ofSeconds(20)));
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            instances.add(Instance.of("orders", "http://10.0.0.1:" + (1 + i)));
            provider.register(instances.get(i)).awaitRegistered(patience());
        }
        ServiceView view = known(client(), "orders");
        eventually().until(() -> view.instances().size() == 5);
        Instant before = Instant.now();

        outage.run();

        eventually().until(() -> view.reading() instanceof Reading.Stale);
        Reading.Stale<Snapshot> stale = (Reading.Stale<Snapshot>) view.reading();
        assertThat(stale.since()).isBetween(before.minus(patience()), Instant.now());
        assertThat(stale.cause().concernsWholeStore()).isTrue();
        assertThat(stale.known().instances()).isEqualTo(instances);
        lasting(beyondTtl()).untilAsserted(() -> assertThat(view.instances()).isEqualTo(instances));

        end.run();
        eventually().until(() -> view.reading() instanceof Reading.Fresh);
        eventually().untilAsserted(() -> assertThat(view.instances()).isEqualTo(instances));
    }

    @Test
    default void coldStartWhileTheStoreIsAwayShowsWhatAnEarlierProcessKnew(@TempDir Path snapshots)
            throws InterruptedException {
        Instance instance = Instance.of("orders", "http://10.0.0.1:80").withMetadata("key", "välue");
        Registration registration = observer().register(instance);
        registration.awaitRegistered(patience());
        Rollcall earlier = client(options -> options.snapshotDirectory(snapshots));
        ServiceView seen = known(earlier, "orders");
        eventually().until(() -> seen.instances().size() == 1);
        earlier.close();
        store().cut();

        ServiceView view =
                client(options -> options.snapshotDirectory(snapshots)).discover("orders");

        assertThat(view.awaitKnown(patience()).instances()).containsExactly(instance);
        assertThat(view.reading()).isInstanceOf(Reading.Stale.class);
        join(registration.update(before -> before.withWeight(5)));
        store().heal();
        eventually().untilAsserted(() -> assertThat(view.instances()).containsExactly(instance.withWeight(5)));
        eventually().until(() -> view.reading() instanceof Reading.Fresh);
    }

    @Test
    default void startingWhileTheStoreIsAwaySaysWhyAndGoesOnTrying() throws InterruptedException {
        store().cut();
        Rollcall client = client();
        Registration registration = client.register(Instance.of("orders", "http://10.0.0.1:80"));
        ServiceView view = client.discover("orders");

        eventually().until(() -> registration.state().cause() != null);
        eventually()
                .until(() -> view.reading() instanceof Reading.Pending<Snapshot> pending && pending.cause() != null);
        assertThat(registration.state().cause()).returns(true, StoreException::concernsWholeStore);

        store().heal();
        registration.awaitRegistered(patience());
        eventually().until(() -> view.instances().size() == 1);
    }

    @Test
    default void g6RegistrationsReturnAfterTheirLeasesEnded() throws InterruptedException {
        returnsAfter(store()::expireLeases);
    }

    @Test
    default void g6ARegistrationReturnsAfterSomebodyDeletedItsEntry() throws InterruptedException {
        returnsAfter(() -> store().delete("orders", "10.0.0.1:80"));
    }

    @Test
    default void g6RegistrationsReturnAfterTheStoreLostEverything() throws InterruptedException {
        returnsAfter(store()::wipe);
    }

    @Test
    default void g6RegistrationsReturnAfterTheStoreWasAwayForLongerThanTheTtl() throws InterruptedException {
        ServiceView view = client().discover("orders");
        returnsAfter(() -> {
            eventually().until(() -> view.instances().size() == 2);
            store().kill();
            lasting(beyondTtl()).until(() -> view.instances().size() == 2);
            store().restart();
        });
    }

    private void returnsAfter(Runnable loss) throws InterruptedException {
        Rollcall provider = client();
        Registration first = provider.register(Instance.of("orders", "http://10.0.0.1:80"));
        Registration second = provider.register(Instance.of("orders", "http://10.0.0.2:80"));
        first.awaitRegistered(patience());
        second.awaitRegistered(patience());
        join(first.update(instance -> instance.withWeight(7).withVersion("2")));
        ServiceView view = known(observer(), "orders");

        loss.run();

        awaitStored("orders", Set.of("10.0.0.1:80", "10.0.0.2:80"));
        eventually()
                .untilAsserted(() -> assertThat(view.instances())
                        .containsExactly(
                                Instance.of("orders", "http://10.0.0.1:80")
                                        .withWeight(7)
                                        .withVersion("2"),
                                Instance.of("orders", "http://10.0.0.2:80")));
        eventually()
                .until(() -> first.state().phase() == Phase.REGISTERED
                        && first.state().cause() == null);
        lasting(beyondTtl()).until(() -> store().ids("orders").size() == 2);
    }

    @Test
    default void g6ARegistrationThatWasCutOffPastItsTtlReturnsWithItsLatestData() throws InterruptedException {
        latestDataReturnsAfter(store()::cut);
    }

    @Test
    default void g6ARegistrationOfASilentStoreReturnsWithItsLatestData() throws InterruptedException {
        latestDataReturnsAfter(store()::freeze);
    }

    private void latestDataReturnsAfter(Runnable outage) throws InterruptedException {
        Registration registration = client().register(Instance.of("orders", "http://10.0.0.1:80"));
        registration.awaitRegistered(patience());
        ServiceView view = known(observer(), "orders");

        outage.run();
        Testbed.unawaited(registration.update(instance -> instance.withWeight(2)));
        awaitStored("orders", Set.of());
        Testbed.unawaited(registration.update(instance -> instance.withWeight(3)));
        store().heal();

        eventually()
                .untilAsserted(() -> assertThat(view.instances())
                        .containsExactly(
                                Instance.of("orders", "http://10.0.0.1:80").withWeight(3)));
        lasting(ttl()).until(() -> view.instances().get(0).weight() == 3);
    }

    @Test
    default void g7WhatWasClosedDuringAReconnectStaysGone() throws InterruptedException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Rollcall client = client();
        List<Registration> registrations = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            registrations.add(client.register(Instance.of("orders", "http://10.0.0.1:" + (1 + i))));
        }
        eventually().until(() -> store().ids("orders").size() == 60);
        Set<String> open = new TreeSet<>(store().ids("orders"));
        for (int round = 0; round < 6; round++) {
            store().cut();
            if (round == 3) {
                awaitStored("orders", Set.of());
            }
            for (int i = 0; i < 8; i++) {
                if (i == 4) {
                    store().heal();
                }
                Registration closing = registrations.remove(random.nextInt(registrations.size()));
                Testbed.unawaited(closing.update(instance -> instance.withWeight(2)));
                Testbed.unawaited(closing.closeAsync());
                open.remove(closing.instance().id());
                for (int look = random.nextInt(5); look > 0; look--) {
                    assertThat(store().ids("orders")).hasSizeLessThanOrEqualTo(60); // takes time, which is the point
                }
            }
        }

        eventually()
                .untilAsserted(() ->
                        assertThat(store().ids("orders")).as("seed %d", seed).isEqualTo(open));
        lasting(beyondTtl()).until(() -> store().ids("orders").equals(open));
    }
}
