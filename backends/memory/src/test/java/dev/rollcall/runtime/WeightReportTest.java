package dev.rollcall.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.Subscription;
import dev.rollcall.WeightReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Providers that report their weight again and again. */
class WeightReportTest {
    private static final Instance INSTANCE = Instance.of("orders", "http://10.0.0.1:80");
    private static final WeightReport EVERY_SECOND = WeightReport.defaults().every(Duration.ofSeconds(1));

    private final Simulation simulation = new Simulation(1);
    private final CountedPuts puts = new CountedPuts(simulation.store.provider(), simulation.time);
    private final Rollcall client = simulation.client("provider", options -> options.provider(puts));
    private final AtomicInteger weight = new AtomicInteger(100);
    private final AtomicInteger asked = new AtomicInteger();

    private int supply() {
        asked.incrementAndGet();
        return weight.get();
    }

    private Registration reporting(WeightReport how) {
        Registration registration = client.register(INSTANCE);
        registration.reportWeight(how, this::supply);
        simulation.advance(Duration.ofMillis(500));
        assertThat(registration.instance().weight()).isEqualTo(weight.get());
        return registration;
    }

    @Test
    void theFirstWeightIsReportedAtOnceAndConsumersSeeIt() {
        ViewHistory view = simulation.watch(simulation.client("consumer"), "orders");
        Registration registration = reporting(EVERY_SECOND);
        assertThat(view.view().instances()).containsExactly(INSTANCE.withWeight(100));

        weight.set(50);
        simulation.advance(Duration.ofSeconds(1));
        assertThat(view.view().instances()).containsExactly(INSTANCE.withWeight(50));
        assertThat(registration.instance().weight()).isEqualTo(50);
        simulation.close();
    }

    @Test
    void aLivelyFigureDoesNotFloodTheStore() {
        reporting(EVERY_SECOND);
        puts.forget();
        for (int moment = 0; moment < 6_000; moment++) { // ten minutes in steps of 100 ms
            weight.set(moment % 20 < 10 ? 100 + moment : 10_000 + moment);
            simulation.advance(Duration.ofMillis(100));
        }
        assertThat(asked.get()).isBetween(599, 602);
        assertThat(puts.count()).isBetween(500, 601);
        assertThat(puts.mostWithin(Duration.ofSeconds(1))).isLessThanOrEqualTo(1);
        simulation.close();
    }

    @Test
    void aSmallChangeIsNotWrittenButSlowDriftIs() {
        Registration registration = reporting(EVERY_SECOND);
        puts.forget();
        for (int i = 0; i < 1_000; i++) {
            weight.set(i % 2 == 0 ? 95 : 109);
            simulation.advance(Duration.ofSeconds(1));
        }
        assertThat(puts.count()).isZero();
        for (int drift = 100; drift <= 200; drift++) {
            weight.set(drift);
            simulation.advance(Duration.ofSeconds(1));
            assertThat(registration.instance().weight()).isBetween((int) (drift / 1.11), drift);
        }
        assertThat(puts.count()).isBetween(5, 8);
        simulation.close();
    }

    @Test
    void nothingAndSomethingAreAlwaysFarApart() {
        Registration registration = reporting(EVERY_SECOND.withMinimumChange(1));
        for (int next : new int[] {0, 1, 0}) {
            weight.set(next);
            simulation.advance(Duration.ofSeconds(1));
            assertThat(registration.instance().weight()).isEqualTo(next);
        }
        simulation.close();
    }

    @Test
    void aSupplierThatThrowsOrGivesNoWeightKeepsTheLastOne() {
        Registration registration = client.register(INSTANCE);
        registration.reportWeight(EVERY_SECOND, () -> {
            int now = supply();
            if (now == 7) {
                throw new IllegalStateException("no figures today");
            }
            return now;
        });
        simulation.advance(Duration.ofMillis(500));
        for (int bad : new int[] {7, -3, 7, Integer.MAX_VALUE}) {
            weight.set(bad);
            simulation.advance(Duration.ofSeconds(3));
            assertThat(registration.instance().weight()).isEqualTo(100);
        }
        weight.set(20);
        simulation.advance(Duration.ofSeconds(1));
        assertThat(registration.instance().weight()).isEqualTo(20);
        simulation.close();
    }

    @Test
    void reportsEndWithTheRegistrationOrTheHandle() {
        Registration registration = client.register(INSTANCE);
        Subscription reports = registration.reportWeight(EVERY_SECOND, this::supply);
        simulation.advance(Duration.ofSeconds(10));
        reports.close();
        reports.close();
        int before = asked.get();
        weight.set(1);
        simulation.advance(Duration.ofSeconds(10));
        assertThat(asked.get()).isEqualTo(before);
        assertThat(registration.instance().weight()).isEqualTo(100);

        registration.reportWeight(EVERY_SECOND, this::supply);
        simulation.advance(Duration.ofSeconds(1));
        var unused = registration.drain(Duration.ofSeconds(5));
        simulation.advance(Duration.ofSeconds(1));
        before = asked.get();
        simulation.advance(Duration.ofSeconds(10));
        assertThat(asked.get()).isEqualTo(before);
        simulation.close();
    }

    @Test
    void closingWithReportsOpenLeavesNothingBehind() {
        for (int i = 0; i < 100; i++) {
            Registration registration = client.register(INSTANCE);
            registration.reportWeight(EVERY_SECOND, this::supply);
            simulation.advance(Duration.ofMillis(100));
            var unused = registration.closeAsync();
            simulation.advance(Duration.ofMillis(100));
        }
        simulation.close();
    }

    @Test
    void anOutageWritesTheLatestWeightOnceItIsOver() {
        reporting(EVERY_SECOND);
        simulation.store.kill();
        for (int i = 0; i < 300; i++) {
            weight.set(200 + 100 * (i % 7));
            simulation.advance(Duration.ofSeconds(1));
        }
        weight.set(4_000);
        simulation.advance(Duration.ofSeconds(1));
        puts.forget();
        simulation.store.restart();
        simulation.advance(Duration.ofSeconds(30));
        assertThat(simulation.store.entries("orders")).hasSize(1);
        assertThat(puts.count()).isLessThanOrEqualTo(5);
        ViewHistory view = simulation.watch(simulation.client("consumer"), "orders");
        simulation.advance(Duration.ofSeconds(1));
        assertThat(view.view().instances()).containsExactly(INSTANCE.withWeight(4_000));
        simulation.close();
    }

    @Test
    void aSlowSupplierIsNotAskedTwiceAtOnceAndHoldsUpNothing() {
        Deque<Runnable> waiting = new ArrayDeque<>();
        Executor slow = task -> waiting.add(task);
        Rollcall another = simulation.client("slow", options -> options.listenerExecutor(slow));
        Registration registration = another.register(INSTANCE);
        registration.reportWeight(EVERY_SECOND, this::supply);
        simulation.advance(Duration.ofMinutes(1));
        assertThat(simulation.store.entries("orders")).hasSize(1);
        int listeners = waiting.size() - 1;
        assertThat(listeners).isBetween(0, 1); // what follows the registration's state
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
        assertThat(asked.get()).isEqualTo(1);
        simulation.advance(Duration.ofSeconds(2));
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
        assertThat(asked.get()).isEqualTo(2);
        simulation.advance(Duration.ofMillis(1));
        assertThat(registration.instance().weight()).isEqualTo(100);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> EVERY_SECOND.every(Duration.ofMillis(1)))
                .hasMessage("interval: PT0.001S (expected: 100 ms to 1 h)");
        assertThatThrownBy(() -> EVERY_SECOND.withMinimumChange(-1))
                .hasMessage("minimumChange: -1.0 (expected: 0 to 1)");
    }
}
