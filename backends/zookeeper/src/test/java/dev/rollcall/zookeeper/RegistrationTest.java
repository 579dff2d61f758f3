package dev.rollcall.zookeeper;

import static dev.rollcall.StoreException.Kind.DELETED;
import static dev.rollcall.StoreException.Kind.DISPLACED;
import static dev.rollcall.StoreException.Kind.LEASE_LOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Publication;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/** What becomes of a registration's node, with its owner, its session and others that meddle with it. */
class RegistrationTest extends RealServerTest {
    private static final Instance ORDERS = Instance.of("orders", "http://10.0.0.1:80");
    private static final String ID = ORDERS.id();

    RegistrationTest() {
        super(1);
    }

    @Test
    void neverWrittenWithoutASession() {
        client().publish(ORDERS);

        Stat stat = store.admin().stat(node("orders", ID));
        assertThat(stat).isNotNull();
        assertThat(stat.getEphemeralOwner()).isNotZero();
    }

    @Test
    void theServicesNodeIsAContainerThatTheServerRemoves() {
        Client client = client();
        for (int round = 0; round < 3; round++) {
            Publication publication = client.publish(ORDERS);
            Client.remove(publication);

            eventually().until(() -> store.admin().stat(store.root() + "/orders") == null);
        }
    }

    @Test
    void fastRestartWithinTheSessionIsPresentThroughoutAndOutlivesTheOldSession() {
        Client old = client();
        old.publish(ORDERS.withVersion("old"));
        RecordedInstances seen = observer().watch("orders");
        eventually().until(() -> seen.ids().contains(ID));
        long oldOwner = store.admin().stat(node("orders", ID)).getEphemeralOwner();

        store.cut(); // the old process dies without a word
        observer().publish(ORDERS.withVersion("new"));

        lasting(Client.TTL.multipliedBy(3)).until(() -> store.ids("orders").equals(Set.of(ID)));
        assertThat(seen.instance(ID).version()).isEqualTo("new");
        assertThat(seen.removals()).isEmpty();
        assertThat(store.admin().stat(node("orders", ID)).getEphemeralOwner()).isNotEqualTo(oldOwner);
    }

    @Test
    void replacingIsOneTransaction() {
        Client first = client();
        first.publish(ORDERS.withVersion("first"));
        Client second = observer();
        RecordedInstances seen = observer().watch("orders");
        eventually().until(() -> seen.ids().contains(ID));

        second.publish(ORDERS.withVersion("second"));

        eventually().until(() -> seen.instance(ID).version().equals("second"));
        assertThat(seen.removals()).isEmpty();
        assertThat(seen.history()).doesNotContain("vanished " + ID, "deleted " + ID);
    }

    @Test
    void aNodeDeletedBySomebodyIsNoticedAtOnceAndPutBack() {
        RecordedLosses losses = new RecordedLosses();
        Publication publication = client().publish(ORDERS, losses);
        for (int round = 1; round <= 3; round++) {
            store.delete("orders", ID);
            int expected = round;
            eventually().until(() -> losses.told().size() == expected);
            Client.put(publication, ORDERS);
            assertThat(store.ids("orders")).containsExactly(ID);
        }

        assertThat(losses.told()).containsOnly(DELETED);
    }

    @Test
    void theWholeTreeDeletedBySomebodyIsPutBack() {
        RecordedLosses losses = new RecordedLosses();
        Publication publication = client().publish(ORDERS, losses);

        store.delete("orders", ID);
        store.admin().delete(store.root() + "/orders");
        store.admin().delete(store.root());

        eventually().until(() -> losses.told().equals(List.of(DELETED)));
        Client.put(publication, ORDERS);
        assertThat(store.ids("orders")).containsExactly(ID);
    }

    @Test
    void aNodeOverwrittenBySomebodyIsPutBackWithTheLatestData() {
        RecordedLosses losses = new RecordedLosses();
        Publication publication = client().publish(ORDERS, losses);
        Client.put(publication, ORDERS.withWeight(5));

        store.admin().write(node("orders", ID), "{}".getBytes(StandardCharsets.UTF_8), CreateMode.EPHEMERAL);

        eventually().until(() -> losses.told().equals(List.of(DELETED)));
        Client.put(publication, ORDERS.withWeight(5));
        RecordedInstances seen = observer().watch("orders");
        eventually().until(() -> seen.ids().contains(ID));
        assertThat(seen.instance(ID).weight()).isEqualTo(5);
    }

    @Test
    void ownUpdatesAreNotTakenForSomebodyElses() {
        RecordedLosses losses = new RecordedLosses();
        Publication publication = client().publish(ORDERS, losses);
        for (int weight = 2; weight < 300; weight++) {
            Client.put(publication, ORDERS.withWeight(weight));
        }

        lasting(Duration.ofMillis(500)).until(() -> losses.told().isEmpty());
    }

    @Test
    void anExpiredSessionIsNoticedAndItsEntriesCanBePutUnderTheNext() {
        RecordedLosses losses = new RecordedLosses();
        Publication publication = client().publish(ORDERS, losses);
        long before = store.admin().stat(node("orders", ID)).getEphemeralOwner();

        store.expireLeases();

        eventually().until(() -> losses.told().contains(LEASE_LOST));
        Client.put(publication, ORDERS.withWeight(2));
        assertThat(store.admin().stat(node("orders", ID)).getEphemeralOwner()).isNotIn(0L, before);
        lasting(Client.TTL.multipliedBy(2)).until(() -> store.ids("orders").equals(Set.of(ID)));
    }

    @Test
    void aReconnectThatKeptTheSessionChangesNothingOnTheWire() {
        Client client = client(store.uri(), Duration.ofSeconds(20));
        RecordedLosses losses = new RecordedLosses();
        for (int port = 1; port <= 50; port++) {
            client.publish(Instance.of("orders", "http://10.0.0.1:" + port), losses);
        }
        RecordedInstances own = client.watch("orders");
        eventually().until(() -> own.ids().size() == 50);
        List<String> before = store.admin().fingerprint(store.root() + "/orders");

        for (int round = 1; round <= 3; round++) {
            int snapshots = round + 1;
            store.cut();
            eventually().until(() -> !own.isFresh());
            store.heal();
            eventually().until(() -> own.isFresh() && own.snapshots() == snapshots);
        }

        assertThat(store.admin().fingerprint(store.root() + "/orders")).isEqualTo(before);
        assertThat(losses.told()).isEmpty();
        assertThat(own.removals()).isEmpty();
    }

    @Test
    void aServersRestartThatKeptTheSessionChangesNothingOnTheWire() {
        Client client = client(store.uri(), Duration.ofSeconds(30));
        RecordedLosses losses = new RecordedLosses();
        client.publish(ORDERS, losses);
        RecordedInstances own = client.watch("orders");
        eventually().until(() -> own.ids().size() == 1);
        List<String> before = store.admin().fingerprint(store.root() + "/orders");

        store.kill();
        eventually().until(() -> !own.isFresh());
        store.restart();
        eventually().until(own::isFresh);

        assertThat(store.admin().fingerprint(store.root() + "/orders")).isEqualTo(before);
        assertThat(losses.told()).isEmpty();
        store.delete("orders", ID);
        eventually().until(() -> losses.told().equals(List.of(DELETED)));
    }

    @Test
    void anOutageLongerThanTheTtlAfterWhichTheServerStillKnowsTheSessionKeepsIt() {
        Client client = client(store.uri(), Duration.ofSeconds(2));
        RecordedLosses losses = new RecordedLosses();
        Publication publication = client.publish(ORDERS, losses);
        long owner = store.admin().stat(node("orders", ID)).getEphemeralOwner();
        long writtenAt = store.admin().stat(node("orders", ID)).getMzxid();
        RecordedInstances own = client.watch("orders");

        store.kill(); // a server that is down lets no session expire
        eventually().until(() -> losses.told().contains(LEASE_LOST));
        lasting(Duration.ofSeconds(6)).until(() -> !own.isFresh());
        store.restart();
        eventually().until(own::isFresh);
        Client.put(publication, ORDERS);

        Stat stat = store.admin().stat(node("orders", ID));
        assertThat(stat.getEphemeralOwner()).isEqualTo(owner);
        assertThat(stat.getMzxid()).isEqualTo(writtenAt);
        store.delete("orders", ID);
        eventually().until(() -> losses.told().contains(DELETED));
    }

    @Test
    void silenceForAWholeTtlIsALossEvenIfNoServerSaysSo() {
        RecordedLosses losses = new RecordedLosses();
        client(store.uri(), Duration.ofSeconds(2)).publish(ORDERS, losses);

        store.freeze();

        eventually().until(() -> losses.told().equals(List.of(LEASE_LOST)));
    }

    @Test
    void displacedAndBackWhenTheOtherLeaves() {
        RecordedLosses losses = new RecordedLosses();
        Publication first = client().publish(ORDERS.withVersion("first"), losses);
        Publication second = observer().publish(ORDERS.withVersion("second"));

        eventually().until(() -> losses.told().equals(List.of(DISPLACED)));
        lasting(Duration.ofSeconds(1)).until(() -> losses.told().size() == 1);
        Client.remove(second);
        eventually().until(() -> losses.told().equals(List.of(DISPLACED, DELETED)));
        Client.put(first, ORDERS.withVersion("first"));
        assertThat(store.ids("orders")).containsExactly(ID);
    }

    @Test
    void displacedAndItsSessionExpiresAndStillBackWhenTheOtherLeaves() {
        RecordedLosses losses = new RecordedLosses();
        Publication first = client().publish(ORDERS.withVersion("first"), losses);
        RecordedLosses others = new RecordedLosses();
        Publication second = observer().publish(ORDERS.withVersion("second"), others);
        eventually().until(() -> losses.told().equals(List.of(DISPLACED)));

        store.expireLeases();
        eventually().until(() -> others.told().contains(LEASE_LOST));
        eventually().until(() -> losses.told().contains(DELETED));
        Client.put(second, ORDERS.withVersion("second"));
        Client.put(first, ORDERS.withVersion("first"));

        assertThat(store.ids("orders")).containsExactly(ID);
    }

    @Test
    void removingLeavesTheEntryOfAnotherAloneEvenIfItIsNotKnownYet() {
        for (int round = 0; round < 20; round++) {
            Instance instance = ORDERS.withId("round-" + round);
            Publication first = client().publish(instance);
            Publication second = observer().publish(instance.withWeight(2));

            Client.remove(first); // long before the watch has told of the second, as a rule

            assertThat(store.ids("orders")).contains("round-" + round);
            Client.remove(second);
            closeClients();
        }
    }

    @Test
    void aPersistentNodeInOurPlaceIsReplaced() {
        store.admin().write(node("orders", ID), "{}".getBytes(StandardCharsets.UTF_8), CreateMode.PERSISTENT);

        client().publish(ORDERS);

        assertThat(store.admin().stat(node("orders", ID)).getEphemeralOwner()).isNotZero();
    }

    @Test
    void aNodeThatCannotBeReplacedSaysWhy() {
        store.admin().write(node("orders", ID) + "/child", new byte[0], CreateMode.PERSISTENT);

        assertThatThrownBy(() -> client().publish(ORDERS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(node("orders", ID))
                .hasMessageContaining("NOTEMPTY")
                .returns(StoreException.Kind.REJECTED, thrown -> ((StoreException) thrown).kind());
    }

    @Test
    void aPutWithoutAnyServerFailsAtTheDeadlineAndTheNextSucceeds() {
        store.cut();
        Client client = client();
        Publication publication = client.backend().publish("orders", ID, new RecordedLosses());
        CompletableFuture<Void> put = publication.put(ORDERS).toCompletableFuture();

        assertThatThrownBy(() -> Client.await(put))
                .isInstanceOf(StoreException.class)
                .matches(thrown -> ((StoreException) thrown).concernsWholeStore());

        store.heal();
        eventually().until(() -> {
            CompletableFuture<Void> again = publication.put(ORDERS).toCompletableFuture();
            return again.handle((done, failure) -> failure == null).get();
        });
        assertThat(store.ids("orders")).containsExactly(ID);
    }

    @Test
    void aPutThatWentUnansweredDoesNotComeBackAfterTheRemoval() {
        for (int round = 0; round < 5; round++) {
            Client client = client();
            client.publish(ORDERS.withId("warm-up-" + round));
            Publication publication = client.backend().publish("orders", "late-" + round, new RecordedLosses());
            store.freeze();
            CompletableFuture<Void> put =
                    publication.put(ORDERS.withId("late-" + round)).toCompletableFuture();
            assertThatThrownBy(() -> Client.await(put)).isInstanceOf(StoreException.class);
            CompletableFuture<Void> remove = publication.remove().toCompletableFuture();
            store.heal();
            if (remove.handle((done, failure) -> failure != null).join()) {
                Client.remove(publication);
            }
            assertThat(store.ids("orders")).doesNotContain("late-" + round);
        }
        lasting(Client.TTL).until(() -> store.ids("orders").stream().noneMatch(id -> id.startsWith("late")));
    }

    @Test
    void theListenerIsNotCalledAfterTheRemovalBegan() {
        RecordedLosses losses = new RecordedLosses();
        Client client = client();
        List<Publication> publications = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            publications.add(client.publish(ORDERS.withId("id-" + i), losses));
        }
        publications.forEach(Client::remove);
        store.expireLeases();

        lasting(Duration.ofSeconds(1)).until(() -> losses.told().isEmpty());
        assertThat(store.ids("orders")).isEmpty();
    }

    @Test
    void closingEndsTheSessionAtOnceAndFailsWhatIsUnderWay() {
        Client client = client(store.directUri(), Duration.ofMinutes(1));
        client.publish(ORDERS);
        Publication late = client.backend().publish("orders", "late", new RecordedLosses());

        client.backend().close();

        assertThat(store.ids("orders")).isEmpty();
        assertThatThrownBy(() -> Client.put(late, ORDERS.withId("late")))
                .isInstanceOf(StoreException.class)
                .returns(StoreException.Kind.CLOSED, thrown -> ((StoreException) thrown).kind());
    }

    @Test
    void closingDoesNotWaitForASilentStoreLongerThanTheRequestTimeout() {
        Client client = client();
        client.publish(ORDERS);
        store.freeze();

        long start = System.nanoTime();
        client.backend().close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Client.REQUEST_TIMEOUT.multipliedBy(3));
    }

    @Test
    void aStoreThatLostEverythingIsTakenForWhatItIs() {
        RecordedLosses losses = new RecordedLosses();
        Client client = client(store.uri(), Duration.ofSeconds(2));
        Publication publication = client.publish(ORDERS, losses);
        for (int i = 0; i < 100; i++) {
            Client.put(publication, ORDERS.withWeight(i)); // far ahead of an empty store's counter
        }
        RecordedInstances own = client.watch("orders");
        eventually().until(() -> own.ids().size() == 1);

        store.wipe();

        eventually().until(() -> losses.told().contains(LEASE_LOST));
        eventually().until(() -> own.isFresh() && own.ids().isEmpty());
        Client.put(publication, ORDERS);
        eventually().until(() -> own.ids().equals(Set.of(ID)));
        assertThat(store.ids("orders")).containsExactly(ID);
    }
}
