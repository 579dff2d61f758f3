package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Test;

/** What a watch reports of what happens to the nodes. */
class ViewTest extends RealServerTest {
    private static final Instance ORDERS = Instance.of("orders", "http://10.0.0.1:80");
    private static final String ID = ORDERS.id();

    ViewTest() {
        super(1);
    }

    @Test
    void aChangeOfOneIsReportedAsOneChange() {
        Client provider = observer();
        for (int port = 1; port <= 30; port++) {
            provider.publish(Instance.of("orders", "http://10.0.0.2:" + port));
        }
        RecordedInstances seen = client().watch("orders");
        eventually().until(() -> seen.ids().size() == 30);

        provider.publish(ORDERS);
        eventually().until(() -> seen.ids().size() == 31);

        assertThat(seen.history()).hasSize(2).endsWith("put " + ID);
    }

    @Test
    void aDataChangeIsSeenWithoutAnyChildChange() {
        Publication publication = observer().publish(ORDERS);
        RecordedInstances seen = client().watch("orders");
        eventually().until(() -> seen.ids().contains(ID));

        Client.put(publication, ORDERS.withWeight(9));

        eventually().until(() -> seen.instance(ID).weight() == 9);
        assertThat(seen.removals()).isEmpty();
    }

    @Test
    void aConsumerThatStartsBeforeTheServiceExistsSeesItComeAndGoAndComeAgain() {
        RecordedInstances seen = client().watch("orders");
        eventually().until(seen::isFresh);
        assertThat(seen.ids()).isEmpty();
        for (int round = 0; round < 3; round++) {
            Publication publication = observer().publish(ORDERS);
            eventually().until(() -> seen.ids().contains(ID));
            Client.remove(publication);
            eventually().until(() -> seen.ids().isEmpty());
            eventually().until(() -> store.admin().stat(store.root() + "/orders") == null);
        }
        assertThat(seen.snapshots()).isEqualTo(1);
    }

    @Test
    void aRecreatedNodeOfTheSameVersionWithAnotherAddressIsSeen() {
        InstanceWriter writer = new InstanceWriter(Payload.NONE);
        Instance moved = Instance.of("orders", "http://10.0.0.9:80").withId(ID);
        String path = node("orders", ID);
        store.admin().write(path, writer.write(ORDERS, 1), CreateMode.PERSISTENT);
        RecordedInstances seen = client().watch("orders");
        eventually().until(() -> seen.ids().contains(ID));

        store.admin()
                .ask(zooKeeper -> zooKeeper.multi(List.of(
                        Op.delete(path, -1),
                        Op.create(path, writer.write(moved, 1), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT))));

        eventually().until(() -> seen.instance(ID).equals(moved));
        assertThat(seen.removals()).isEmpty();
    }

    @Test
    void deletedByItsOwnerIsToldFromGoneWithItsSession() {
        Client leaving = observer();
        Publication publication = leaving.publish(ORDERS);
        Client crashing = client();
        crashing.publish(ORDERS.withId("crashes"));
        RecordedInstances seen = observer().watch("orders");
        eventually().until(() -> seen.ids().size() == 2);

        Client.remove(publication);
        eventually().until(() -> seen.ids().equals(Set.of("crashes")));
        store.cut();
        eventually().until(() -> seen.ids().isEmpty());

        assertThat(seen.history()).endsWith("deleted " + ID, "vanished crashes");
    }

    @Test
    void aCrashRightAfterAnUpdateIsNoRemovalOnPurpose() {
        Client crashing = client();
        Publication publication = crashing.publish(ORDERS);
        RecordedInstances seen = observer().watch("orders");
        eventually().until(() -> seen.ids().size() == 1);

        Client.put(publication, ORDERS.withWeight(2));
        store.admin().expireOwner(node("orders", ID));

        eventually().until(() -> seen.history().contains("vanished " + ID));
        assertThat(seen.history()).doesNotContain("deleted " + ID);
    }

    @Test
    void changesDuringADisconnectAreSeenAfterIt() {
        Client provider = observer();
        Publication changes = provider.publish(ORDERS);
        Publication leaves = provider.publish(ORDERS.withId("leaves"));
        RecordedInstances seen = client().watch("orders");
        eventually().until(() -> seen.ids().size() == 2);

        store.cut();
        Client.put(changes, ORDERS.withWeight(2));
        Client.remove(leaves);
        provider.publish(ORDERS.withId("comes"));
        eventually().until(() -> !seen.isFresh());
        assertThat(seen.ids()).containsExactlyInAnyOrder(ID, "leaves");
        store.heal();

        eventually().until(() -> seen.isFresh() && seen.ids().equals(Set.of(ID, "comes")));
        assertThat(seen.instance(ID).weight()).isEqualTo(2);
        Client.put(changes, ORDERS.withWeight(3));
        eventually().until(() -> seen.instance(ID).weight() == 3);
    }

    @Test
    void aReconnectNeverRemovesWhatIsStillThere() {
        Client provider = observer();
        for (int port = 1; port <= 50; port++) {
            provider.publish(Instance.of("orders", "http://10.0.0.1:" + port));
        }
        RecordedInstances seen = client().watch("orders");
        eventually().until(() -> seen.ids().size() == 50);

        for (int round = 0; round < 5; round++) {
            store.cut();
            eventually().until(() -> !seen.isFresh());
            assertThat(seen.ids()).hasSize(50);
            store.heal();
            eventually().until(seen::isFresh);
        }

        assertThat(seen.removals()).isEmpty();
    }

    @Test
    void theConsumersOwnSessionExpiresAndItsViewLosesNothing() {
        Publication publication = observer().publish(ORDERS);
        RecordedInstances seen = client().watch("orders");
        eventually().until(() -> seen.ids().contains(ID));

        store.expireLeases(); // the provider's too
        eventually().until(() -> {
            return publication
                    .put(ORDERS.withWeight(2))
                    .toCompletableFuture()
                    .handle((done, failure) -> failure == null)
                    .get();
        });

        eventually()
                .until(() -> seen.isFresh()
                        && seen.ids().contains(ID)
                        && seen.instance(ID).weight() == 2);
        Client.put(publication, ORDERS.withWeight(3));
        eventually().until(() -> seen.instance(ID).weight() == 3);
    }

    @Test
    void aSilentStoreIsSaidToBeOutOfReach() {
        observer().publish(ORDERS);
        RecordedInstances seen = client().watch("orders");
        eventually().until(() -> seen.ids().contains(ID));

        store.freeze();

        eventually().until(() -> !seen.isFresh());
        assertThat(seen.cause().kind()).isEqualTo(StoreException.Kind.UNAVAILABLE);
        assertThat(seen.cause().getMessage()).contains(store.uri().substring(0, 30));
        store.heal();
        eventually().until(seen::isFresh);
        assertThat(seen.removals()).isEmpty();
    }

    @Test
    void servicesWithACommonPrefixDoNotSeeEachOther() {
        Client provider = observer();
        provider.publish(Instance.of("orders", "http://10.0.0.1:80"));
        provider.publish(Instance.of("orders-v2", "http://10.0.0.2:80"));
        Client consumer = client();
        RecordedInstances orders = consumer.watch("orders");
        RecordedInstances next = consumer.watch("orders-v2");
        eventually().until(() -> orders.isFresh() && next.isFresh());

        provider.publish(Instance.of("orders-v2", "http://10.0.0.3:80"));

        eventually().until(() -> next.ids().size() == 2);
        assertThat(orders.ids()).containsExactly("10.0.0.1:80");
        assertThat(orders.puts()).isZero();
    }

    @Test
    void garbageIsReportedAndSkippedAndWhatItReplacesIsGone() {
        store.putGarbage("orders", "there-before");
        observer().publish(ORDERS);
        RecordedInstances seen = client().watch("orders");
        eventually().until(() -> seen.ids().equals(Set.of(ID)));

        store.admin().write(node("orders", ID), new byte[0], CreateMode.PERSISTENT);
        store.putGarbage("orders", "came-later");

        eventually().until(() -> seen.undecodable().size() == 3);
        assertThat(seen.ids()).isEmpty();
        assertThat(seen.undecodable()).allMatch(entry -> entry.startsWith(store.root() + "/orders/"));
        assertThat(seen.isFresh()).isTrue();
    }

    @Test
    void nodesBelowInstancesAreNobodysBusiness() {
        RecordedInstances seen = client().watch("orders");
        eventually().until(seen::isFresh);

        store.admin()
                .write(node("orders", ID), new InstanceWriter(Payload.NONE).write(ORDERS, 1), CreateMode.PERSISTENT);
        store.admin().write(node("orders", ID) + "/below", new byte[0], CreateMode.PERSISTENT);

        eventually().until(() -> seen.ids().contains(ID));
        lasting(Duration.ofMillis(300)).until(() -> seen.puts() == 1);
        assertThat(seen.undecodable()).isEmpty();
    }

    @Test
    void randomChangesAndCutsConverge() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Client provider = observer();
        RecordedInstances seen = client().watch("orders");
        List<Publication> open = new ArrayList<>();
        List<Instance> latest = new ArrayList<>();
        for (int step = 0; step < 300; step++) {
            int what = random.nextInt(10);
            if (what == 0) {
                store.cut();
            } else if (what <= 2) {
                store.heal();
            } else if (what <= 5 || open.isEmpty()) {
                Instance instance = ORDERS.withId("id-" + step);
                open.add(provider.publish(instance));
                latest.add(instance);
            } else {
                int which = random.nextInt(open.size());
                if (what <= 7) {
                    Client.remove(open.remove(which));
                    latest.remove(which);
                } else {
                    latest.set(which, latest.get(which).withWeight(random.nextInt(1000)));
                    Client.put(open.get(which), latest.get(which));
                }
            }
        }
        store.heal();

        eventually().untilAsserted(() -> {
            assertThat(seen.isFresh()).as("seed %d", seed).isTrue();
            assertThat(seen.ids())
                    .as("seed %d", seed)
                    .isEqualTo(new TreeSet<>(latest.stream().map(Instance::id).toList()));
            latest.forEach(instance -> assertThat(seen.instance(instance.id())).isEqualTo(instance));
        });
        assertThat(seen.history()).as("seed %d", seed).noneMatch(entry -> entry.startsWith("VIOLATION"));
    }

    @Test
    void nothingIsToldAfterAWatchWasClosedAndTheServerForgetsIt() {
        Client consumer = client();
        for (int round = 0; round < 200; round++) {
            Backend.Watch watch = consumer.backend().watchInstances("orders-" + round, new RecordedInstances());
            watch.close();
            watch.close();
        }
        RecordedInstances kept = consumer.watch("orders-0");
        RecordedInstances closed = new RecordedInstances();
        Backend.Watch watch = consumer.backend().watchInstances("orders-0", closed);
        eventually().until(() -> kept.isFresh() && closed.isFresh());
        watch.close();
        int told = closed.history().size();

        observer().publish(Instance.of("orders-0", "http://10.0.0.1:80"));

        eventually().until(() -> kept.ids().size() == 1);
        assertThat(closed.history()).hasSize(told);
        eventually()
                .untilAsserted(() -> assertThat(watches())
                        .as("that of the view and that of the node")
                        .isEqualTo(2));
    }

    @Test
    void aListMadeWhileInstancesComeAndGoIsComplete() {
        Client provider = observer();
        List<Publication> leaving = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            provider.publish(ORDERS.withId("stays-" + i));
            leaving.add(provider.publish(ORDERS.withId("leaves-" + i)));
        }
        leaving.forEach(publication -> assertThat(publication.remove()).isNotNull());

        RecordedInstances seen = client().watch("orders");

        eventually().until(() -> seen.isFresh() && seen.ids().size() == 300);
        assertThat(seen.ids()).allMatch(id -> id.startsWith("stays"));
        assertThat(seen.snapshots()).isEqualTo(1);
        assertThat(seen.cause()).isNull();
    }

    @Test
    void drainingIsSeen() {
        Publication publication = observer().publish(ORDERS);
        RecordedInstances seen = client().watch("orders");
        eventually().until(() -> seen.ids().contains(ID));

        Client.put(publication, ORDERS.withStatus(Status.DRAINING));

        eventually().until(() -> seen.instance(ID).status() == Status.DRAINING);
    }

    /** How many watches the server keeps. */
    private int watches() {
        String answer = store.servers().ask(store.servers().node(0), "mntr");
        return answer.lines()
                .filter(line -> line.startsWith("zk_watch_count"))
                .map(line -> Integer.parseInt(
                        line.substring(line.lastIndexOf('\t') + 1).strip()))
                .findFirst()
                .orElse(Integer.MAX_VALUE);
    }
}
