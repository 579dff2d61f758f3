package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Selector;
import dev.rollcall.health.HealthCheck;
import dev.rollcall.health.HealthReport.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** How instances stop taking traffic, for a while or for good, without anybody's request failing. */
public interface LeavingGuarantees extends Testbed {

    @Test
    default void aFailingCheckTakesTheInstanceOutOfServiceAndRecoveredBringsItBack() throws InterruptedException {
        AtomicBoolean healthy = new AtomicBoolean(true);
        HealthCheck check = HealthCheck.of("well", healthy::get)
                .every(Duration.ofMillis(20))
                .turningAfter(2, 2);
        Registration registration = client().register(Instance.of("orders", "http://10.0.0.1:80"), check);
        client().register(Instance.of("orders", "http://10.0.0.2:80"));
        ServiceView view = known(observer(), "orders");
        Selector selector = view.selector(LoadBalancer.roundRobin());
        eventually().until(() -> chosen(selector).size() == 2);

        healthy.set(false);

        eventually().until(() -> statusOf(view, "10.0.0.1:80") == Status.OUT_OF_SERVICE);
        assertThat(chosen(selector)).containsExactly("10.0.0.2:80");
        assertThat(registration.state().phase()).isEqualTo(Phase.REGISTERED);
        assertThat(registration.health().orElseThrow().state()).isEqualTo(State.FAILING);
        assertThat(store().ids("orders")).containsExactlyInAnyOrder("10.0.0.1:80", "10.0.0.2:80");

        healthy.set(true);

        eventually().until(() -> chosen(selector).size() == 2);
    }

    @Test
    default void drainingIsMarkedFirstThenNobodyChoosesItThenItIsRemoved() throws InterruptedException {
        Registration leaving = client().register(Instance.of("orders", "http://10.0.0.1:80"));
        client().register(Instance.of("orders", "http://10.0.0.2:80"));
        ServiceView view = known(observer(), "orders");
        Selector selector = view.selector(LoadBalancer.roundRobin());
        eventually().until(() -> chosen(selector).size() == 2);

        CompletableFuture<Void> removed = leaving.drain(Duration.ofMinutes(10));

        eventually().until(() -> statusOf(view, "10.0.0.1:80") == Status.DRAINING);
        assertThat(chosen(selector)).containsExactly("10.0.0.2:80");
        assertThat(leaving.state().phase()).isEqualTo(Phase.DRAINING);
        lasting(Duration.ofMillis(500)).until(() -> store().ids("orders").size() == 2);
        assertThat(removed).isNotDone();

        leaving.close();

        awaitStored("orders", Set.of("10.0.0.2:80"));
        join(removed);
    }

    @Test
    default void registeringAnIdThatStillDrainsEndsTheDrainAtOnce() throws InterruptedException {
        Rollcall client = client();
        Instance first = Instance.of("orders", "http://10.0.0.1:80").withId("one");
        Registration leaving = client.register(first);
        leaving.awaitRegistered(patience());
        CompletableFuture<Void> removed = leaving.drain(Duration.ofMinutes(10));
        ServiceView view = known(observer(), "orders");
        eventually().until(() -> statusOf(view, "one") == Status.DRAINING);

        Instance second = Instance.of("orders", "http://10.0.0.2:80").withId("one");
        Registration back = client.register(second);

        back.awaitRegistered(patience());
        join(removed);
        assertThat(leaving.state().phase()).isEqualTo(Phase.CLOSED);
        eventually().untilAsserted(() -> assertThat(view.instances()).containsExactly(second));
        lasting(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(view.instances()).containsExactly(second));
    }

    @Test
    default void aDrainThatANewcomerOvertakesLeavesTheNewcomerAlone() throws InterruptedException {
        Instance old = Instance.of("orders", "http://10.0.0.1:80").withId("one");
        Instance young = Instance.of("orders", "http://10.0.0.2:80").withId("one");
        Registration leaving = client().register(old);
        leaving.awaitRegistered(patience());
        CompletableFuture<Void> removed = leaving.drain(Duration.ofMillis(500));
        ServiceView view = known(observer(), "orders");

        client().register(young).awaitRegistered(patience());

        join(removed);
        lasting(ttl()).untilAsserted(() -> assertThat(view.instances()).containsExactly(young));
    }

    @Test
    default void closingWhatAnotherHasTakenUnnoticedLeavesTheOtherAlone() throws InterruptedException {
        leavesTheOtherAlone(Registration::closeAsync);
    }

    @Test
    default void drainingWhatAnotherHasTakenUnnoticedLeavesTheOtherAlone() throws InterruptedException {
        leavesTheOtherAlone(ours -> ours.drain(Duration.ofMillis(300)));
    }

    private void leavesTheOtherAlone(Function<Registration, CompletableFuture<Void>> leave)
            throws InterruptedException {
        Instance old = Instance.of("orders", "http://10.0.0.1:80").withId("one");
        Instance young = Instance.of("orders", "http://10.0.0.2:80").withId("one");
        Registration ours =
                client(options -> options.ttl(Duration.ofMinutes(1))).register(old);
        ours.awaitRegistered(patience());
        store().freeze();
        Registration theirs = observer().register(young);
        theirs.awaitRegistered(patience());
        List<Phase> phases = new CopyOnWriteArrayList<>();
        theirs.listen(Runnable::run, state -> phases.add(state.phase()));

        CompletableFuture<Void> left = leave.apply(ours);
        lasting(Duration.ofMillis(200)).until(() -> !left.isDone()); // its farewell is on the way
        store().heal();

        join(left);
        ServiceView view = known(observer(), "orders");
        lasting(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(view.instances()).containsExactly(young));
        assertThat(phases).containsOnly(Phase.REGISTERED);
    }

    @Test
    default void aRollingRestartUnderLoadFailsNoRequest() throws IOException, InterruptedException {
        List<ServedInstance> fleet = new ArrayList<>();
        try {
            for (String id : List.of("one", "two", "three")) {
                fleet.add(ServedInstance.start(client(), id, 1));
            }
            ServiceView view = known(observer(), "orders");
            eventually().until(() -> upIds(view).size() == 3);
            try (RequestLoad load = RequestLoad.start(view.selector(LoadBalancer.roundRobin()))) {
                load.awaitMore(20, patience());
                for (int i = 0; i < fleet.size(); i++) {
                    ServedInstance old = fleet.get(i);
                    CompletableFuture<Void> removed = old.drain();
                    eventually().until(() -> statusOf(view, old.id()) == Status.DRAINING);
                    load.awaitPicksOfNow(patience());
                    old.leave();
                    join(removed);
                    old.close();
                    eventually()
                            .untilAsserted(
                                    () -> assertThat(upIds(view)).hasSize(2).doesNotContain(old.id()));
                    fleet.set(i, ServedInstance.start(client(), old.id(), 2));
                    eventually().until(() -> upIds(view).size() == 3);
                    load.awaitMore(20, patience());
                }
                assertThat(load.failures()).isEmpty();
                assertThat(load.answeredByGeneration(2)).isPositive();
            }
        } finally {
            fleet.forEach(ServedInstance::close);
        }
    }

    private static Status statusOf(ServiceView view, String id) {
        return view.instances().stream()
                .filter(instance -> instance.id().equals(id))
                .findFirst()
                .map(Instance::status)
                .orElse(Status.UP);
    }

    private static Set<String> upIds(ServiceView view) {
        Set<String> ids = new HashSet<>();
        view.instances().stream()
                .filter(instance -> instance.status() == Status.UP)
                .forEach(instance -> ids.add(instance.id()));
        return ids;
    }

    /** Whom the selector may choose now. */
    private static Set<String> chosen(Selector selector) {
        Set<String> ids = new HashSet<>();
        selector.explain()
                .considered()
                .forEach(standing -> ids.add(standing.instance().id()));
        return ids;
    }
}
