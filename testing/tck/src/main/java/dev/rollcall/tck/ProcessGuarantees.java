package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of an instance whose JVM is told to stop, or killed. For stores that another process can reach. */
public interface ProcessGuarantees extends Testbed {

    @Test
    default void g7AJvmThatIsToldToStopDeregistersLongBeforeItsLeaseEnds() throws IOException, InterruptedException {
        ServiceView view = known(observer(), "orders");
        try (ChildJvm provider = ProviderProcess.start(
                store().directUri(), Instance.of("orders", "http://10.0.0.1:80"), Duration.ofMinutes(1))) {
            eventually().until(() -> view.instances().size() == 1);

            provider.terminate();

            awaitStored("orders", Set.of());
            eventually().until(() -> view.instances().isEmpty());
        }
    }

    @Test
    default void g7AKilledJvmsInstanceIsRemovedWithinTheTtl() throws IOException, InterruptedException {
        ServiceView view = known(observer(), "orders");
        try (ChildJvm provider =
                ProviderProcess.start(store().directUri(), Instance.of("orders", "http://10.0.0.1:80"), ttl())) {
            eventually().until(() -> view.instances().size() == 1);

            long killed = System.nanoTime();
            provider.kill();

            eventually().until(() -> view.instances().isEmpty());
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(ttl().plus(LossGuarantees.SLACK));
        }
    }

    @Test
    default void aKilledJvmThatIsStartedAgainUnderTheSameIdIsPresentThroughout()
            throws IOException, InterruptedException {
        Instance instance = Instance.of("orders", "http://10.0.0.1:80");
        Duration longTtl = ttl().multipliedBy(2);
        ServiceView view = known(observer(), "orders");
        RecordedChanges changes = new RecordedChanges();
        view.listenChanges(changes);
        try (ChildJvm old = ProviderProcess.start(store().directUri(), instance, longTtl)) {
            eventually().until(() -> view.instances().size() == 1);
            old.kill();
            open(store().directUri(), options -> options.ttl(longTtl))
                    .register(instance.withVersion("new"))
                    .awaitRegistered(patience());

            lasting(longTtl.multipliedBy(2)).until(() -> store().ids("orders").equals(Set.of("10.0.0.1:80")));
            assertThat(view.instances()).containsExactly(instance.withVersion("new"));
            assertThat(changes.removedIds()).isEmpty();
        }
    }
}
