package dev.rollcall.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import dev.rollcall.health.HealthCheck;
import dev.rollcall.health.HealthReport;
import dev.rollcall.health.HealthReport.State;
import dev.rollcall.health.Probe;
import dev.rollcall.health.ProbeResult;
import dev.rollcall.memory.StoreEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Health checks and the statuses that others see, in virtual time. */
class HealthTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Instance INSTANCE = Instance.of("orders", "http://10.0.0.1:80");

    private final Simulation simulation = new Simulation(1);
    private final List<Duration> asked = new ArrayList<>();
    private boolean healthy = true;

    private final HealthCheck check = HealthCheck.of((Probe) (instance, timeout) -> {
                asked.add(simulation.time.elapsed());
                return new ProbeResult(healthy, "asked");
            })
            .every(INTERVAL)
            .turningAfter(2, 3);

    @Test
    void outOfServiceUntilTheFirstCheckHasPassedWhichIsAtOnce() {
        List<Runnable> waiting = new ArrayList<>();
        Registration registration = register(check, waiting::add);
        simulation.advance(Duration.ofMinutes(1));
        assertThat(stored()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(registration.instance().status()).isEqualTo(Status.UP);
        assertThat(report(registration).state()).isEqualTo(State.UNKNOWN);
        assertThat(waiting).as("what waits for a thread").hasSize(1);

        waiting.remove(0).run();
        simulation.advance(Duration.ofSeconds(1));

        assertThat(stored()).isEqualTo(Status.UP);
        assertThat(report(registration).state()).isEqualTo(State.PASSING);
        assertThat(asked).hasSize(1);
    }

    @Test
    void failingTakesItOutOfServiceAndRecoveredBringsItBack() {
        Registration registration = register(check, simulation.time);
        simulation.advance(Duration.ofMinutes(1));
        assertThat(stored()).isEqualTo(Status.UP);

        healthy = false;
        until(Status.OUT_OF_SERVICE);
        assertThat(report(registration))
                .extracting(HealthReport::state, HealthReport::streak, HealthReport::last)
                .containsExactly(State.FAILING, 3, ProbeResult.failed("asked"));
        assertThat(report(registration).since()).isEqualTo(report(registration).lastAt());

        simulation.advance(Duration.ofMinutes(5));
        assertThat(stored()).as("visible all along").isEqualTo(Status.OUT_OF_SERVICE);
        healthy = true;
        until(Status.UP);
        assertThat(report(registration).streak()).isEqualTo(2);
    }

    @Test
    void fewerFailuresThanThatChangeNothing() {
        CountedPuts puts = new CountedPuts(simulation.store.provider(), simulation.time);
        Registration registration = simulation
                .client("provider", options -> options.provider(puts).checkExecutor(simulation.time))
                .register(INSTANCE, check);
        simulation.advance(Duration.ofMinutes(1));
        puts.forget();

        for (int i = 0; i < 10; i++) {
            healthy = false;
            simulation.advance(INTERVAL.multipliedBy(2));
            healthy = true;
            simulation.advance(INTERVAL);
        }

        assertThat(puts.count()).isZero();
        assertThat(report(registration).state()).isEqualTo(State.PASSING);
    }

    @Test
    void anUpdateWhileFailingIsWrittenAndStaysOutOfService() {
        Registration registration = register(check, simulation.time);
        healthy = false;
        until(Status.OUT_OF_SERVICE);

        update(registration, instance -> instance.withWeight(7));
        simulation.advance(Duration.ofSeconds(1));
        assertThat(entry()).isEqualTo(INSTANCE.withWeight(7).withStatus(Status.OUT_OF_SERVICE));

        healthy = true;
        until(Status.UP);
        assertThat(entry()).isEqualTo(INSTANCE.withWeight(7));
    }

    @Test
    void theOwnersOwnStatusWinsOverTheCheck() {
        Registration registration = register(check, simulation.time);
        until(Status.UP);
        update(registration, instance -> instance.withStatus(Status.OUT_OF_SERVICE));
        simulation.advance(Duration.ofMinutes(5));
        assertThat(report(registration).state()).isEqualTo(State.PASSING);
        assertThat(stored()).isEqualTo(Status.OUT_OF_SERVICE);

        update(registration, instance -> instance.withStatus(Status.DRAINING));
        healthy = false;
        simulation.advance(Duration.ofMinutes(5));
        assertThat(report(registration).state()).isEqualTo(State.FAILING);
        assertThat(stored()).isEqualTo(Status.DRAINING);

        update(registration, instance -> instance.withStatus(Status.UP));
        simulation.advance(Duration.ofSeconds(1));
        assertThat(stored()).as("up as far as its owner goes").isEqualTo(Status.OUT_OF_SERVICE);
    }

    @Test
    void aFailingInstanceThatDrainsIsMarkedAndCheckedNoMore() {
        Registration registration = register(check, simulation.time);
        healthy = false;
        until(Status.OUT_OF_SERVICE);

        var drained = registration.drain(Duration.ofMinutes(10));
        simulation.advance(Duration.ofSeconds(1));
        int before = asked.size();
        healthy = true;
        simulation.advance(Duration.ofMinutes(5));

        assertThat(stored()).isEqualTo(Status.DRAINING);
        assertThat(asked).hasSize(before);
        simulation.advance(Duration.ofMinutes(5));
        assertThat(drained).isCompleted();
        simulation.close();
    }

    @Test
    void aHungCheckFailsAtItsTimeoutAndDoesNotPileUp() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        Registration registration = register(
                HealthCheck.of((instance, timeout) -> {
                            asked.add(simulation.time.elapsed());
                            stuck.countDown();
                            awaitWhateverComes(released);
                            return ProbeResult.passed("at last");
                        })
                        .every(INTERVAL)
                        .turningAfter(1, 3),
                task -> threads.add(started(task)));
        simulation.advance(Duration.ofMillis(1));
        assertThat(stuck.await(20, TimeUnit.SECONDS)).isTrue();

        simulation.until("failing", () -> report(registration).state() == State.FAILING, INTERVAL.plusSeconds(3));
        assertThat(Objects.requireNonNull(report(registration).last()).detail()).isEqualTo("no result within 2000 ms");
        simulation.advance(INTERVAL.multipliedBy(20));
        assertThat(threads).hasSize(1);
        assertThat(report(registration).streak()).isGreaterThanOrEqualTo(20);
        assertThat(Objects.requireNonNull(report(registration).last()).detail()).contains("still runs");

        released.countDown();
        threads.get(0).join(20_000);
        simulation.advance(Duration.ofMillis(1));
        assertThat(report(registration).state())
                .as("an answer that came too late is none")
                .isEqualTo(State.FAILING);
        simulation.advance(INTERVAL);
        threads.get(1).join(20_000);
        simulation.advance(Duration.ofMillis(1));
        assertThat(report(registration).state()).isEqualTo(State.PASSING);
    }

    @Test
    void aCheckThatHeedsInterruptionIsFreedAtItsTimeout() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        CountDownLatch stuck = new CountDownLatch(1);
        Registration registration = register(
                HealthCheck.of((instance, timeout) -> {
                            stuck.countDown();
                            new CountDownLatch(1).await();
                            return ProbeResult.passed("never");
                        })
                        .every(INTERVAL),
                task -> threads.add(started(task)));
        simulation.advance(Duration.ofMillis(1));
        assertThat(stuck.await(20, TimeUnit.SECONDS)).isTrue();

        simulation.advance(Duration.ofSeconds(3));

        threads.get(0).join(20_000);
        assertThat(threads.get(0).isAlive()).isFalse();
        assertThat(report(registration).state()).isEqualTo(State.FAILING);
    }

    @Test
    void waitingForAThreadIsNoFailure() {
        List<Runnable> waiting = new ArrayList<>();
        Registration registration = register(check, waiting::add);
        simulation.advance(Duration.ofMillis(1));
        waiting.remove(0).run();
        simulation.advance(INTERVAL.multipliedBy(50));

        assertThat(waiting).hasSize(1);
        assertThat(report(registration).state()).isEqualTo(State.PASSING);
    }

    @Test
    void aVerdictThatGrowsOldForWantOfAThreadSaysSo() {
        List<Runnable> waiting = new ArrayList<>();
        List<HealthReport> told = new ArrayList<>();
        try (LoggedLines lines = LoggedLines.of("internal.HealthMonitor")) {
            Registration registration = register(check, waiting::add);
            registration.listenHealth(told::add);
            simulation.advance(Duration.ofMillis(1));
            waiting.remove(0).run();
            simulation.until("due again", () -> !waiting.isEmpty(), INTERVAL);
            Instant due = simulation.time.now();
            simulation.advance(INTERVAL.multipliedBy(3).minusMillis(1));
            assertThat(report(registration).stalledSince()).isNull();

            simulation.advance(Duration.ofHours(1));

            assertThat(report(registration).stalledSince()).isEqualTo(due);
            assertThat(report(registration).state()).isEqualTo(State.PASSING);
            assertThat(told).last().isEqualTo(report(registration));
            assertThat(lines.containing("orders/10.0.0.1:80 is PASSING, but hasn't been checked for 30000 ms"))
                    .hasSize(1);

            healthy = false;
            waiting.remove(0).run();
            simulation.advance(Duration.ofMillis(1));
            assertThat(report(registration).stalledSince()).isNull();
            assertThat(report(registration).last()).isEqualTo(ProbeResult.failed("asked"));
            assertThat(lines.containing("is checked again")).hasSize(1);
            simulation.close();
        }
    }

    @Test
    void aCheckThatThrowsHasFailedAndIsAskedAgain() {
        Registration registration = register(
                HealthCheck.of("well", () -> {
                            asked.add(simulation.time.elapsed());
                            if (healthy) {
                                throw new AssertionError("broken");
                            }
                            return true;
                        })
                        .every(INTERVAL),
                simulation.time);
        simulation.advance(Duration.ofSeconds(1));
        assertThat(report(registration).last())
                .isEqualTo(ProbeResult.failed("the check threw java.lang.AssertionError: broken"));

        healthy = false;
        until(Status.UP);
    }

    @Test
    void aThousandRegistrationsMadeAtOnceDoNotCheckInLockstep() {
        Rollcall client = simulation.client("provider", options -> options.checkExecutor(simulation.time));
        for (int i = 1; i <= 1_000; i++) {
            client.register(Instance.of("orders", "http://10.0.0.1:" + i), check);
        }
        simulation.advance(Duration.ofMillis(1));
        assertThat(asked).as("each once, at once").hasSize(1_000);
        asked.clear();

        simulation.advance(INTERVAL.multipliedBy(10));

        assertThat(asked).hasSizeBetween(9_900, 10_100);
        Map<Long, Integer> inEachSecond = new TreeMap<>();
        asked.forEach(at -> inEachSecond.merge(at.toSeconds(), 1, Integer::sum));
        assertThat(inEachSecond.values()).allSatisfy(count -> assertThat(count).isBetween(50, 160));
    }

    @Test
    void aLostLeaseBringsItBackAsItsHealthIs() {
        Registration registration = register(check, simulation.time);
        healthy = false;
        until(Status.OUT_OF_SERVICE);
        simulation.store.endLeases();
        simulation.advance(Simulation.TTL);

        assertThat(stored()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(registration.instance().status()).isEqualTo(Status.UP);
    }

    @Test
    void listenersAreToldOfEachResultAndClosingLeavesNothingBehind() {
        Registration registration = register(check, simulation.time);
        List<HealthReport> told = new ArrayList<>();
        registration.listenHealth(told::add);
        simulation.advance(INTERVAL.multipliedBy(5));
        assertThat(told).hasSizeBetween(5, 8);
        assertThat(told).last().isEqualTo(report(registration));

        Registration unchecked = simulation.client("other").register(Instance.of("orders", "http://10.0.0.2:80"));
        unchecked.listenHealth(told::add).close();
        assertThat(unchecked.health()).isEmpty();
        simulation.close();
    }

    private Registration register(HealthCheck how, Executor executor) {
        return simulation
                .client("provider", options -> options.checkExecutor(executor))
                .register(INSTANCE, how);
    }

    private void update(Registration registration, UnaryOperator<Instance> change) {
        var stored = registration.update(change);
        simulation.until("stored", stored::isDone, Duration.ofSeconds(1));
    }

    private void until(Status status) {
        simulation.until(
                status + " in the store",
                () -> simulation
                        .store
                        .find("orders", INSTANCE.id())
                        .flatMap(StoreEntry::instance)
                        .filter(instance -> instance.status() == status)
                        .isPresent(),
                INTERVAL.multipliedBy(5));
    }

    private Status stored() {
        return entry().status();
    }

    private Instance entry() {
        return simulation
                .store
                .find("orders", INSTANCE.id())
                .flatMap(StoreEntry::instance)
                .orElseThrow();
    }

    private static HealthReport report(Registration registration) {
        return registration.health().orElseThrow();
    }

    private static Thread started(Runnable task) {
        Thread thread = new Thread(task, "check-under-test");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Code of a user's that swallows interruption. */
    private static void awaitWhateverComes(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // Goes on waiting: that is what is tested.
            }
        }
    }
}
