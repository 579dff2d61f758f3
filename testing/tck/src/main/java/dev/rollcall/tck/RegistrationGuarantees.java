package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Changes;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import dev.rollcall.WeightReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How instances get into the store, stay there and leave, while the store is well. */
public interface RegistrationGuarantees extends Testbed {

    @Test
    default void firstRegistrationDoesNotWaitForAHeartbeat() throws InterruptedException {
        Rollcall client = client(options -> options.ttl(Duration.ofMinutes(1)));

        Registration registration = client.register(Instance.of("orders", "http://10.0.0.1:80"));
        registration.awaitRegistered(Duration.ofSeconds(10));

        assertThat(registration.state().phase()).isEqualTo(Phase.REGISTERED);
        assertThat(store().ids("orders")).containsExactly("10.0.0.1:80");
    }

    @Test
    default void allThatAnInstanceSaysArrives() throws InterruptedException {
        Instance instance = new Instance(
                "orders",
                "a-1:80",
                List.of(
                        new Endpoint("http", "10.0.0.1", 80),
                        new Endpoint("grpc", "2001:db8::1", 443),
                        new Endpoint("tcp", "node.example", 1)),
                7,
                Status.OUT_OF_SERVICE,
                "zone a",
                "1.2.3-β",
                Map.of("key", "<value> & \"more\"", "空", "", "a/b", "line\nbreak"));
        ServiceView view = known(observer(), "orders");

        client().register(instance);

        eventually().untilAsserted(() -> assertThat(view.instances()).containsExactly(instance));
    }

    @Test
    default void twoPortsOnOneHostAreTwoInstances() throws InterruptedException {
        Rollcall client = client();
        client.register(Instance.of("orders", "http://10.0.0.1:80"));
        client.register(Instance.of("orders", "http://10.0.0.1:81"));

        awaitStored("orders", Set.of("10.0.0.1:80", "10.0.0.1:81"));
    }

    @Test
    default void manyInstancesShareOneClient() {
        Rollcall client = client();
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < scale().instances(); i++) {
            ids.add(client.register(Instance.of("orders", "http://10.0.0.1:" + (1_000 + i)))
                    .instance()
                    .id());
        }

        awaitStored("orders", ids);
        lasting(beyondTtl()).until(() -> store().ids("orders").equals(ids));
    }

    @Test
    default void g6RegistrationIsRenewedAndNeverFlaps() throws InterruptedException {
        client().register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(patience());
        ServiceView view = known(observer(), "orders");
        RecordedChanges changes = new RecordedChanges();
        view.listenChanges(changes);

        lasting(ttl().multipliedBy(3)).until(() -> store().ids("orders").contains("10.0.0.1:80"));

        assertThat(changes.removedIds()).isEmpty();
    }

    @Test
    default void theLastOfManyQuickUpdatesIsKept() throws InterruptedException {
        Registration registration = client().register(Instance.of("orders", "http://10.0.0.1:80"));
        ServiceView view = known(observer(), "orders");
        for (int weight = 1; weight <= 200; weight++) {
            int now = weight;
            Testbed.unawaited(registration.update(instance -> instance.withWeight(now)));
        }

        join(registration.update(instance -> instance.withZone("z")));
        eventually()
                .untilAsserted(() -> assertThat(view.instances())
                        .containsExactly(Instance.of("orders", "http://10.0.0.1:80")
                                .withWeight(200)
                                .withZone("z")));
    }

    @Test
    default void aWeightIsReportedAgainAndAgain() throws InterruptedException {
        AtomicInteger weight = new AtomicInteger(3);
        Registration registration = client().register(Instance.of("orders", "http://10.0.0.1:80"));
        registration.reportWeight(WeightReport.defaults().every(Duration.ofMillis(100)), weight::get);
        ServiceView view = known(observer(), "orders");
        for (int next : new int[] {3, 40, 0, 5}) {
            weight.set(next);
            eventually()
                    .untilAsserted(() -> assertThat(view.instances())
                            .containsExactly(
                                    Instance.of("orders", "http://10.0.0.1:80").withWeight(next)));
        }

        registration.close();
        eventually().untilAsserted(() -> assertThat(store().ids("orders")).isEmpty());
    }

    @Test
    default void g7ClosedIsGoneAndStaysGone() throws InterruptedException {
        Registration registration = client().register(Instance.of("orders", "http://10.0.0.1:80"));
        registration.awaitRegistered(patience());

        registration.close();

        awaitStored("orders", Set.of());
        assertThat(registration.state().phase()).isEqualTo(Phase.CLOSED);
        lasting(beyondTtl()).until(() -> store().ids("orders").isEmpty());
    }

    @Test
    default void g7ClosedBeforeItWasRegisteredIsGone() throws InterruptedException {
        Rollcall client = client();
        client.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(patience());
        for (int i = 0; i < 20; i++) {
            Testbed.unawaited(client.register(Instance.of("orders", "http://10.0.0.2:" + (1 + i)))
                    .closeAsync());
        }

        lasting(ttl()).until(() -> store().ids("orders").equals(Set.of("10.0.0.1:80")));
    }

    @Test
    default void g7ClosingTheClientRemovesWhatItRegisteredLongBeforeTheLeaseEnds() {
        Rollcall client = client(options -> options.ttl(Duration.ofMinutes(1)));
        for (int i = 0; i < 20; i++) {
            client.register(Instance.of("orders", "http://10.0.0.1:" + (1 + i)));
        }
        eventually().until(() -> store().ids("orders").size() == 20);

        client.close();

        awaitStored("orders", Set.of());
    }

    @Test
    default void registeredAgainUnderTheSameIdAfterClosing() throws InterruptedException {
        Rollcall client = client();
        ServiceView view = known(observer(), "orders");
        for (int i = 1; i <= 10; i++) {
            Registration registration = client.register(
                    Instance.of("orders", "http://10.0.0." + i + ":80").withId("one"));
            registration.awaitRegistered(patience());
            if (i < 10) {
                Testbed.unawaited(registration.closeAsync());
            }
        }

        eventually()
                .untilAsserted(() -> assertThat(view.instances())
                        .containsExactly(
                                Instance.of("orders", "http://10.0.0.10:80").withId("one")));
        lasting(ttl()).until(() -> store().ids("orders").equals(Set.of("one")));
    }

    @Test
    default void drainingIsSeenBeforeTheRemoval() throws InterruptedException {
        Registration registration = client().register(Instance.of("orders", "http://10.0.0.1:80"));
        registration.awaitRegistered(patience());
        ServiceView view = known(observer(), "orders");
        RecordedChanges recorded = new RecordedChanges();
        view.listenChanges(recorded);
        eventually().until(() -> recorded.instances().size() == 1);
        recorded.forget();

        join(registration.drain(Duration.ofSeconds(2)));

        eventually().until(() -> recorded.instances().isEmpty());
        List<Changes> changes = recorded.all();
        assertThat(changes).hasSize(2);
        assertThat(changes.get(0).changed())
                .singleElement()
                .satisfies(changed -> assertThat(changed.after().status()).isEqualTo(Status.DRAINING));
        assertThat(changes.get(1).removed()).hasSize(1);
        assertThat(store().ids("orders")).isEmpty();
    }

    @Test
    default void aSecondOwnerOfAnIdDisplacesTheFirstWhichReturnsWhenTheOtherLeaves() throws InterruptedException {
        Instance first = Instance.of("orders", "http://10.0.0.1:80").withId("one");
        Instance second = Instance.of("orders", "http://10.0.0.2:80").withId("one");
        ServiceView view = known(observer(), "orders");
        Registration ofFirst = client().register(first);
        ofFirst.awaitRegistered(patience());

        Registration ofSecond = client().register(second);
        ofSecond.awaitRegistered(patience());

        eventually().until(() -> ofFirst.state().phase() == Phase.DISPLACED);
        assertThat(ofSecond.state().phase()).isEqualTo(Phase.REGISTERED);
        lasting(ttl()).untilAsserted(() -> assertThat(view.instances()).containsExactly(second));

        ofSecond.close();

        eventually().untilAsserted(() -> assertThat(view.instances()).containsExactly(first));
        assertThat(ofFirst.state().phase()).isEqualTo(Phase.REGISTERED);
    }

    @Test
    default void anInstanceTakesItsIdBackFromAMirrorThatWasWrittenOverItInTheSameMoment() throws InterruptedException {
        Instance instance = Instance.of("orders", "http://10.0.0.1:80").withId("one");
        ServiceView view = known(observer(), "orders");
        Registration itself = client().register(instance);
        itself.awaitRegistered(patience());
        Registration mirror = client().register(instance.withMetadata("rollcall.origin", "etcd://elsewhere:2379"));

        eventually().until(() -> mirror.state().phase() == Phase.DISPLACED);

        eventually().untilAsserted(() -> assertThat(view.instances()).containsExactly(instance));
        eventually().until(() -> itself.state().phase() == Phase.REGISTERED);
    }

    @Test
    default void displacedAndClosedLeavesTheOthersEntryAlone() throws InterruptedException {
        Instance instance = Instance.of("orders", "http://10.0.0.1:80").withId("one");
        Registration first = client().register(instance);
        first.awaitRegistered(patience());
        client().register(instance.withWeight(2)).awaitRegistered(patience());
        eventually().until(() -> first.state().phase() == Phase.DISPLACED);

        first.close();

        lasting(beyondTtl()).until(() -> store().ids("orders").equals(Set.of("one")));
    }
}
