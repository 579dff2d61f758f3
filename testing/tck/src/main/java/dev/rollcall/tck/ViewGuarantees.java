package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Changes;
import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What views show while the store is well. */
public interface ViewGuarantees extends Testbed {

    @Test
    default void g1ViewsConvergeAfterRandomChanges() throws InterruptedException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        ServiceView early = known(observer(), "orders");
        RecordedChanges changes = new RecordedChanges();
        early.listenChanges(changes);
        RandomProvider first = new RandomProvider(client(), "orders", "first-", 30, random);
        RandomProvider second = new RandomProvider(client(), "orders", "second-", 30, random);
        for (int step = 0; step < 300; step++) {
            (random.nextBoolean() ? first : second).step();
        }
        ServiceView late = client().discover("orders");
        for (int step = 0; step < 100; step++) {
            (random.nextBoolean() ? first : second).step();
        }

        List<Instance> expected = new ArrayList<>(first.expected());
        expected.addAll(second.expected());
        eventually().untilAsserted(() -> {
            assertThat(early.instances()).as("seed %d", seed).isEqualTo(expected);
            assertThat(late.instances()).as("seed %d", seed).isEqualTo(expected);
            assertThat(changes.instances()).as("seed %d", seed).isEqualTo(expected);
        });
        assertThat(early.reading()).isInstanceOf(Reading.Fresh.class);
        assertThat(changes.faults()).as("seed %d", seed).isEmpty();
    }

    @Test
    default void g2NothingIsLostBetweenListAndWatch() throws InterruptedException {
        Rollcall provider = observer();
        Rollcall consumer = client();
        provider.register(Instance.of("warm-up", "http://10.0.0.1:80")).awaitRegistered(patience());
        known(consumer, "warm-up");
        for (int round = 0; round < 30; round++) {
            String service = "orders-" + round;
            int before = round % 10;
            for (int i = 0; i < before; i++) {
                provider.register(Instance.of(service, "http://10.0.0.1:" + (10 + i)));
            }
            ServiceView view = consumer.discover(service);
            for (int i = before; i < 10; i++) {
                provider.register(Instance.of(service, "http://10.0.0.1:" + (10 + i)));
            }
            eventually()
                    .untilAsserted(() -> assertThat(view.instances())
                            .extracting(instance -> instance.endpoint().port())
                            .containsExactly(10, 11, 12, 13, 14, 15, 16, 17, 18, 19));
        }
    }

    @Test
    default void g5RevisionsNeverGoBack() throws InterruptedException {
        ServiceView view = known(client(), "orders");
        List<Long> revisions = Collections.synchronizedList(new ArrayList<>());
        view.listen(Runnable::run, reading -> revisions.add(Testbed.revision(reading)));
        RandomProvider provider = new RandomProvider(observer(), "orders", "", 20, new Random(5));
        for (int step = 0; step < 200; step++) {
            provider.step();
            if (step % 50 == 49) {
                store().cut();
                store().heal();
            }
        }

        eventually().untilAsserted(() -> assertThat(view.instances()).isEqualTo(provider.expected()));
        assertThat(List.copyOf(revisions)).isSorted();
    }

    @Test
    default void consumerThatStartsBeforeTheServiceExistsSeesItCome() throws InterruptedException {
        ServiceView view = known(client(), "orders");
        assertThat(view.instances()).isEmpty();
        assertThat(view.reading()).isInstanceOf(Reading.Fresh.class);

        observer().register(Instance.of("orders", "http://10.0.0.1:80"));

        eventually().until(() -> view.instances().size() == 1);
    }

    @Test
    default void theLastInstanceLeavesAndTheServiceComesBack() throws InterruptedException {
        ServiceView view = known(client(), "orders");
        Rollcall provider = observer();
        for (int round = 1; round <= 5; round++) {
            Instance instance =
                    Instance.of("orders", "http://10.0.0." + round + ":80").withId("one");
            Registration registration = provider.register(instance);
            eventually().untilAsserted(() -> assertThat(view.instances()).containsExactly(instance));
            registration.close();
            eventually().until(() -> view.instances().isEmpty());
        }
    }

    @Test
    default void oneAdditionIsOneChange() throws InterruptedException {
        Rollcall provider = observer();
        for (int i = 0; i < 50; i++) {
            provider.register(Instance.of("orders", "http://10.0.0.1:" + (1 + i)));
        }
        eventually().until(() -> store().ids("orders").size() == 50);
        ServiceView view = known(client(), "orders");
        RecordedChanges recorded = new RecordedChanges();
        view.listenChanges(recorded);
        eventually().until(() -> recorded.instances().size() == 50);
        recorded.forget();

        Instance added = Instance.of("orders", "http://10.0.0.2:80");
        provider.register(added).awaitRegistered(patience());

        eventually().until(() -> recorded.instances().size() == 51);
        assertThat(recorded.all()).containsExactly(new Changes(List.of(added), List.of(), List.of()));
    }

    @Test
    default void g8ServicesWithSimilarNamesDoNotSeeEachOther() throws InterruptedException {
        List<String> names = List.of(
                "orders",
                "orders-v2",
                "order",
                "orders.v2",
                "orders:v2",
                "orders%2Fv2",
                "orders_",
                "Orders",
                "örders",
                "orders0");
        Rollcall provider = observer();
        for (int i = 0; i < names.size(); i++) {
            provider.register(Instance.of(names.get(i), "http://10.0.0.1:" + (1 + i)));
        }
        Rollcall consumer = client();
        for (int i = 0; i < names.size(); i++) {
            ServiceView view = consumer.discover(names.get(i));
            Instance own = Instance.of(names.get(i), "http://10.0.0.1:" + (1 + i));
            eventually().untilAsserted(() -> assertThat(view.instances()).containsExactly(own));
        }
        for (int i = 0; i < names.size(); i++) {
            assertThat(consumer.discover(names.get(i)).instances()).hasSize(1);
        }
    }

    @Test
    default void g8AnUndecodableEntryIsCountedAndSkipped() throws InterruptedException {
        store().putGarbage("orders", "there-before");
        Rollcall provider = observer();
        provider.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(patience());
        ServiceView view = known(client(), "orders");
        assertThat(view.instances()).containsExactly(Instance.of("orders", "http://10.0.0.1:80"));
        eventually().until(() -> view.undecodable() == 1);

        store().putGarbage("orders", "came-later");
        provider.register(Instance.of("orders", "http://10.0.0.2:80")).awaitRegistered(patience());

        eventually().until(() -> view.undecodable() == 2);
        eventually().untilAsserted(() -> assertThat(view.instances()).hasSize(2));
        assertThat(view.reading()).isInstanceOf(Reading.Fresh.class);
    }

    @Test
    default void theCatalogueOfServicesIsLive() throws InterruptedException {
        Live<SortedSet<String>> services = client().services();
        assertThat(services.awaitKnown(patience())).isEmpty();
        Rollcall provider = observer();

        Registration orders = provider.register(Instance.of("orders", "http://10.0.0.1:80"));
        provider.register(Instance.of("users", "http://10.0.0.1:81"));
        provider.register(Instance.of("users", "http://10.0.0.1:82"));
        eventually().until(() -> names(services).equals(List.of("orders", "users")));

        orders.close();
        eventually().until(() -> names(services).equals(List.of("users")));

        store().cut();
        provider.register(Instance.of("billing", "http://10.0.0.1:83"));
        eventually().until(() -> services.reading() instanceof Reading.Stale);
        store().heal();
        eventually().until(() -> names(services).equals(List.of("billing", "users")));
        eventually().until(() -> services.reading() instanceof Reading.Fresh);
    }

    @Test
    default void whoWaitsForAViewIsToldThatTheClientWasClosed() {
        store().cut();
        Rollcall client = client();
        ServiceView view = client.discover("orders");
        FutureTask<Snapshot> waiting =
                new FutureTask<>(() -> view.awaitKnown(patience().multipliedBy(10)));
        Thread waiter = new Thread(waiting, "waits-for-a-view");
        waiter.setDaemon(true);
        waiter.start();

        close(client);

        assertThatThrownBy(() -> waiting.get(patience().toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(CancellationException.class);
    }

    private static List<String> names(Live<SortedSet<String>> services) {
        return List.copyOf(services.reading().value().orElseGet(TreeSet::new));
    }
}
