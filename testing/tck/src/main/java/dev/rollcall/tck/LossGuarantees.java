package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of instances whose process is gone, one or many at once, and of those that leave on purpose. */
public interface LossGuarantees extends Testbed {

    /** How much later than the TTL a crashed instance may be gone: what stores add, and a loaded machine. */
    Duration SLACK = Duration.ofSeconds(15);

    @Test
    default void g7ACrashedClientsInstanceIsRemovedWithinTheTtl() throws InterruptedException {
        Rollcall survivor = observer();
        for (int i = 0; i < 10; i++) {
            survivor.register(Instance.of("orders", "http://10.0.0.2:" + (1 + i)))
                    .awaitRegistered(patience());
        }
        client().register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(patience());
        ServiceView view = known(protectedObserver(Duration.ofHours(1)), "orders");
        eventually().until(() -> view.instances().size() == 11);

        long crashed = System.nanoTime();
        store().cut();

        eventually().until(() -> view.instances().size() == 10);
        assertThat(Duration.ofNanos(System.nanoTime() - crashed)).isLessThan(ttl().plus(SLACK));
        assertThat(snapshot(view).held()).isEmpty();
    }

    @Test
    default void fastRestartUnderTheSameIdIsPresentThroughout() throws InterruptedException {
        Instance old = Instance.of("orders", "http://10.0.0.1:80").withVersion("old");
        client().register(old).awaitRegistered(patience());
        ServiceView view = known(observer(), "orders");
        RecordedChanges changes = new RecordedChanges();
        view.listenChanges(changes);
        eventually().until(() -> changes.instances().size() == 1);

        store().cut();
        observer().register(old.withVersion("new")).awaitRegistered(patience());

        lasting(ttl().multipliedBy(3)).until(() -> store().ids("orders").equals(Set.of("10.0.0.1:80")));
        assertThat(view.instances()).containsExactly(old.withVersion("new"));
        assertThat(changes.removedIds()).isEmpty();
    }

    @Test
    default void aMassLossIsHeldForAWhileAndADeliberateScaleInIsNot() throws InterruptedException {
        Rollcall crashing = client();
        Rollcall leaving = observer();
        List<Registration> deliberate = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            crashing.register(Instance.of("crashing", "http://10.0.0.1:" + (1 + i)))
                    .awaitRegistered(patience());
            deliberate.add(leaving.register(Instance.of("leaving", "http://10.0.0.2:" + (1 + i))));
            deliberate.get(i).awaitRegistered(patience());
        }
        Duration holdFor = Duration.ofSeconds(4);
        Rollcall consumer = protectedObserver(holdFor);
        ServiceView crashed = known(consumer, "crashing");
        ServiceView left = known(consumer, "leaving");
        eventually()
                .until(() -> crashed.instances().size() == 8 && left.instances().size() == 8);

        store().cut();
        deliberate.subList(0, 7).forEach(registration -> Testbed.unawaited(registration.closeAsync()));

        eventually().until(() -> left.instances().size() == 1);
        assertThat(snapshot(left).held()).isEmpty();
        awaitStored("crashing", Set.of());
        eventually().until(() -> !snapshot(crashed).held().isEmpty());
        assertThat(crashed.instances()).hasSizeGreaterThanOrEqualTo(5);
        eventually().until(() -> crashed.instances().isEmpty());
        assertThat(snapshot(crashed).held()).isEmpty();
    }

    @Test
    default void afterAMassRevokeOfLeasesConsumersHoldAndAllReturn() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            observer()
                    .register(Instance.of("orders", "http://10.0.0.1:" + (1 + i)))
                    .awaitRegistered(patience());
        }
        ServiceView view = known(protectedObserver(Duration.ofMinutes(5)), "orders");
        eventually().until(() -> view.instances().size() == 10);

        store().expireLeases();

        eventually().until(() -> store().ids("orders").size() == 10);
        eventually().untilAsserted(() -> {
            assertThat(view.instances()).hasSize(10);
            assertThat(snapshot(view).held()).isEmpty();
        });
        lasting(beyondTtl()).until(() -> view.instances().size() == 10);
    }

    @Test
    default void aLegitimateScaleInOfHalfConverges() throws InterruptedException {
        Rollcall provider = client();
        List<Registration> registrations = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            registrations.add(provider.register(Instance.of("orders", "http://10.0.0.1:" + (1 + i))));
        }
        for (Registration registration : registrations) {
            registration.awaitRegistered(patience());
        }
        ServiceView view = known(protectedObserver(Duration.ofHours(1)), "orders");
        eventually().until(() -> view.instances().size() == 20);

        registrations.subList(0, 10).forEach(registration -> Testbed.unawaited(registration.closeAsync()));

        eventually().until(() -> view.instances().size() == 10);
        assertThat(snapshot(view).held()).isEmpty();
    }

    @Test
    default void closingAWholeClientIsNotTakenForALoss() throws InterruptedException {
        Rollcall provider = client();
        for (int i = 0; i < 20; i++) {
            provider.register(Instance.of("orders", "http://10.0.0.1:" + (1 + i)))
                    .awaitRegistered(patience());
        }
        ServiceView view = known(protectedObserver(Duration.ofHours(1)), "orders");
        eventually().until(() -> view.instances().size() == 20);

        provider.close();

        eventually().until(() -> view.instances().isEmpty());
    }

    private Rollcall protectedObserver(Duration holdFor) {
        LossProtection protection = new LossProtection(3, 0.5, Duration.ofSeconds(10), holdFor);
        return open(store().directUri(), options -> options.lossProtection(protection));
    }

    private static Snapshot snapshot(ServiceView view) {
        return view.reading().value().orElseThrow();
    }
}
