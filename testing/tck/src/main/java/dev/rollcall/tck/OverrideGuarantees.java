package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Changes;
import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.OverrideRequest;
import dev.rollcall.Overrides;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** What an operator asks of an instance is published by its owner, for all to see, and ends without a trace. */
public interface OverrideGuarantees extends ConfigTestbed {

    /** Of an operator whom the faults of links don't touch. */
    default Overrides operator() {
        return open(store().directUri(), this::patient).overrides();
    }

    @Test
    default void anOverrideIsPublishedOnTopOfWhatTheOwnerSays() throws InterruptedException {
        Instance orders = Instance.of("orders", "http://10.0.0.1:80").withWeight(5);
        Registration owner = client().register(orders);
        owner.awaitRegistered(patience());
        ServiceView view = known(observer(), "orders");
        Overrides operator = operator();

        InstanceOverride asked = answer(
                operator.set("orders", orders.id(), OverrideRequest.draining().by("anna")));
        awaitSeen(view, orders.withStatus(Status.DRAINING));
        eventually().untilAsserted(() -> assertThat(owner.override()).contains(asked));
        assertThat(owner.instance()).isEqualTo(orders);

        join(owner.update(instance -> instance.withZone("b").withWeight(7)));
        awaitSeen(view, orders.withZone("b").withWeight(7).withStatus(Status.DRAINING));
        answer(operator.set("orders", orders.id(), OverrideRequest.weight(0)));
        awaitSeen(view, orders.withZone("b").withWeight(0));
        answer(operator.set(
                "orders", orders.id(), OverrideRequest.outOfService().withWeight(3)));
        awaitSeen(view, orders.withZone("b").withWeight(3).withStatus(Status.OUT_OF_SERVICE));

        assertThat(answer(operator.clear("orders", orders.id()))).isTrue();
        awaitSeen(view, orders.withZone("b").withWeight(7));
        eventually().untilAsserted(() -> assertThat(owner.override()).isEmpty());
        assertThat(answer(operator.clear("orders", orders.id()))).isFalse();
    }

    @Test
    default void anOverrideOutlivesARestartAndIsNeverMissedByIt() throws InterruptedException {
        Instance orders = Instance.of("orders", "http://10.0.0.1:80");
        ServiceView view = known(observer(), "orders");
        Set<Status> seen = ConcurrentHashMap.newKeySet();
        view.listenChanges(Runnable::run, changes -> record(changes, seen));
        answer(operator().set("orders", orders.id(), OverrideRequest.outOfService()));

        for (int life = 0; life < 3; life++) {
            Rollcall client = client();
            client.register(orders).awaitRegistered(patience());
            awaitSeen(view, orders.withStatus(Status.OUT_OF_SERVICE));
            close(client);
            eventually().untilAsserted(() -> assertThat(view.instances()).isEmpty());
        }
        assertThat(seen).contains(Status.OUT_OF_SERVICE).doesNotContain(Status.UP);
    }

    private static void record(Changes changes, Set<Status> seen) {
        changes.added().forEach(instance -> seen.add(instance.status()));
        changes.changed().forEach(change -> seen.add(change.after().status()));
    }

    @Test
    default void anOverrideMadeDuringAnOutageIsFollowedAfterIt() throws InterruptedException {
        Instance orders = Instance.of("orders", "http://10.0.0.1:80");
        Overrides operator = operator();
        client().register(orders).awaitRegistered(patience());
        ServiceView view = known(observer(), "orders");
        answer(operator.set("orders", orders.id(), OverrideRequest.draining()));
        awaitSeen(view, orders.withStatus(Status.DRAINING));

        store().cut();
        answer(operator.clear("orders", orders.id()));
        answer(operator.set("orders", orders.id(), OverrideRequest.weight(9)));
        store().heal();
        awaitSeen(view, orders.withWeight(9));

        store().cut();
        answer(operator.clear("orders", orders.id()));
        store().heal();
        awaitSeen(view, orders);
    }

    @Test
    default void anOverrideThatCantBeReadIsLeftAloneUntilItIsMended() throws InterruptedException {
        Instance orders = Instance.of("orders", "http://10.0.0.1:80");
        Instance users = Instance.of("users", "http://10.0.0.1:81");
        Rollcall owner = client();
        owner.register(orders).awaitRegistered(patience());
        owner.register(users).awaitRegistered(patience());
        ServiceView view = known(observer(), "orders");
        ServiceView usersView = known(observer(), "users");

        answer(writer().write("rollcall/overrides/orders/" + orders.id(), "{\"status\":\"up\",\"until\":7}"));
        answer(operator().set("users", users.id(), OverrideRequest.draining()));
        awaitSeen(usersView, users.withStatus(Status.DRAINING));
        assertThat(view.instances()).containsExactly(orders);

        answer(operator().set("orders", orders.id(), OverrideRequest.draining()));
        awaitSeen(view, orders.withStatus(Status.DRAINING));
    }

    private void awaitSeen(ServiceView view, Instance expected) {
        eventually().untilAsserted(() -> assertThat(view.instances()).containsExactly(expected));
    }
}
