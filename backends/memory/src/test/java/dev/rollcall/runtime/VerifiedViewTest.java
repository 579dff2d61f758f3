package dev.rollcall.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Selector;
import dev.rollcall.health.IdentityCheck;
import dev.rollcall.health.IdentityCheck.Fallback;
import dev.rollcall.health.IdentityProbe.Answer;
import dev.rollcall.health.IdentityProbe.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** A reused address is not trusted: identity checks in virtual time. */
class VerifiedViewTest {
    private static final Duration MOMENT = Duration.ofMillis(50);
    private static final Duration RECHECK = Duration.ofSeconds(30);

    private final Simulation simulation = new Simulation(1);
    private final Rollcall provider = simulation.client("provider");
    private final Map<String, String> whoListens = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    private final IdentityCheck check = IdentityCheck.of((expected, timeout) -> {
                asked.add(expected.endpoint().authority());
                String there = whoListens.get(expected.endpoint().authority());
                return there == null
                        ? new Answer(Verdict.UNANSWERED, "refused")
                        : new Answer(there.equals(expected.id()) ? Verdict.CONFIRMED : Verdict.DENIED, "is " + there);
            })
            .recheckedEvery(RECHECK);

    @Test
    void aReusedAddressIsNotTrusted() {
        Selector selector = view(check).selector(LoadBalancer.roundRobin());
        start("a", "10.0.0.1:80");
        start("b", "10.0.0.2:80");
        simulation.advance(MOMENT);
        assertThat(chosen(selector)).containsExactly("a", "b");

        whoListens.put("10.0.0.1:80", "a stranger");
        simulation.advance(RECHECK);

        assertThat(chosen(selector)).containsExactly("b");
        whoListens.put("10.0.0.1:80", "a");
        simulation.advance(RECHECK);
        assertThat(chosen(selector)).containsExactly("a", "b");
    }

    @Test
    void aStrangerIsNotChosenEvenAsALastResortAndStaysVisible() {
        ServiceView view = view(check);
        Selector selector = view.selector(LoadBalancer.roundRobin());
        start("a", "10.0.0.1:80");
        whoListens.put("10.0.0.1:80", "a stranger");
        simulation.advance(MOMENT);

        assertThat(chosen(selector)).isEmpty();
        assertThat(view.instances()).extracting(Instance::status).containsExactly(Status.OUT_OF_SERVICE);
        assertThat(view.reading()).isInstanceOf(Reading.Fresh.class);
    }

    @Test
    void withoutAnyAnswerTheyAreALastResortOrNone() {
        ServiceView open = view(check);
        ServiceView failClosed = view(check.withFallback(Fallback.NEVER));
        Selector lastResort = open.selector(LoadBalancer.roundRobin());
        Selector never = failClosed.selector(LoadBalancer.roundRobin());
        provider.register(Instance.of("orders", "http://10.0.0.1:80").withId("a"));
        provider.register(Instance.of("orders", "http://10.0.0.2:80").withId("b"));
        simulation.advance(MOMENT);
        assertThat(chosen(lastResort)).containsExactly("a", "b");
        assertThat(chosen(never)).isEmpty();

        whoListens.put("10.0.0.2:80", "b");
        simulation.advance(Duration.ofSeconds(10));
        assertThat(chosen(lastResort)).containsExactly("b");
        assertThat(chosen(never)).containsExactly("b");
    }

    @Test
    void aNewAddressIsNotTrustedForTheOldOnesSake() {
        Selector selector = view(check).selector(LoadBalancer.roundRobin());
        Registration moving = start("a", "10.0.0.1:80");
        start("b", "10.0.0.2:80");
        simulation.advance(MOMENT);

        whoListens.put("10.0.0.3:80", "a stranger");
        var unused = moving.update(
                instance -> Instance.of("orders", "http://10.0.0.3:80").withId("a"));
        simulation.advance(MOMENT);

        assertThat(chosen(selector)).containsExactly("b");
    }

    @Test
    void otherChangesAreNoReasonToAsk() {
        Selector selector = view(check).selector(LoadBalancer.roundRobin());
        Registration registration = start("a", "10.0.0.1:80");
        simulation.advance(MOMENT);
        assertThat(asked).hasSize(1);
        for (int weight = 2; weight < 20; weight++) {
            int now = weight;
            var unused = registration.update(instance -> instance.withWeight(now));
            simulation.advance(MOMENT);
        }
        assertThat(asked).hasSize(1);
        assertThat(selector.pick().instance().weight()).isEqualTo(19);
    }

    @Test
    void aFewQuestionsWithoutAnAnswerDoNotCostTheTrust() {
        Selector selector = view(check.withFallback(Fallback.NEVER)).selector(LoadBalancer.roundRobin());
        start("a", "10.0.0.1:80");
        simulation.advance(MOMENT);
        whoListens.clear();
        int before = asked.size();
        simulation.until("asked twice more", () -> asked.size() == before + 2, Duration.ofMinutes(1));
        assertThat(chosen(selector)).containsExactly("a");

        simulation.advance(Duration.ofSeconds(10));
        assertThat(chosen(selector)).isEmpty();
        whoListens.put("10.0.0.1:80", "a");
        simulation.advance(Duration.ofSeconds(6));
        assertThat(chosen(selector)).containsExactly("a");
    }

    @Test
    void aHungQuestionIsOneQuestionWithoutAnAnswer() throws InterruptedException {
        HangingProbe hanging = new HangingProbe(simulation.time);
        Selector selector = hangingView(hanging);
        try (LoggedLines lines = LoggedLines.of("internal.VerifiedService")) {
            for (int question = 1; question <= 3; question++) {
                assertThat(chosen(selector)).as("before question %s", question).containsExactly("a");
                hangUntilOverdue(hanging);
                hanging.letGo();
                simulation.time.runUntilIdle();
                simulation.advance(MOMENT);
            }
            assertThat(chosen(selector)).isEmpty();
            assertThat(lines.containing("orders/a is UNKNOWN now: no answer in time"))
                    .hasSize(1);
        }
    }

    @Test
    void aQuestionThatNeverEndsCostsTheTrustInTheEnd() throws InterruptedException {
        HangingProbe hanging = new HangingProbe(simulation.time);
        Selector selector = hangingView(hanging);
        hangUntilOverdue(hanging);
        simulation.advance(RECHECK.dividedBy(3));
        assertThat(chosen(selector)).containsExactly("a");

        simulation.advance(RECHECK.multipliedBy(2));

        assertThat(chosen(selector)).isEmpty();
        assertThat(hanging.begun()).isEqualTo(1);
        hanging.letGo();
        hanging.hang(false);
        simulation.time.runUntilIdle();
        simulation.advance(Duration.ofSeconds(6));
        assertThat(chosen(selector)).containsExactly("a");
    }

    @Test
    void trustThatGrowsOldForWantOfAThreadSaysSo() {
        List<Runnable> waiting = new ArrayList<>();
        try (LoggedLines lines = LoggedLines.of("internal.VerifiedService")) {
            view(check, waiting::add);
            start("a", "10.0.0.1:80");
            start("b", "10.0.0.2:80");
            simulation.advance(Duration.ofHours(1));
            assertThat(waiting).hasSize(2);
            assertThat(lines.containing("a question who an instance of orders is has waited 30000 ms for a thread"))
                    .hasSize(1);
            simulation.close();
        }
    }

    /** A view that trusts the instance "a", which will hang from now on. */
    private Selector hangingView(HangingProbe hanging) {
        IdentityCheck how = new IdentityCheck(
                (expected, timeout) -> {
                    hanging.call();
                    return check.probe().ask(expected, timeout);
                },
                check.timeout(),
                RECHECK,
                check.retry(),
                4,
                Fallback.NEVER);
        Selector selector = view(how, hanging).selector(LoadBalancer.roundRobin());
        start("a", "10.0.0.1:80");
        simulation.advance(MOMENT);
        hanging.hang(true);
        return selector;
    }

    private void hangUntilOverdue(HangingProbe hanging) throws InterruptedException {
        int before = hanging.begun();
        simulation.until("asked again", () -> hanging.begun() > before, Duration.ofMinutes(1));
        hanging.awaitHanging();
        simulation.advance(check.timeout().plus(MOMENT.multipliedBy(3)));
    }

    @Test
    void retriesBackOffAndNoMoreThanSoManyAreAskedAtOnce() {
        List<Runnable> running = new ArrayList<>();
        view(
                new IdentityCheck(check.probe(), check.timeout(), RECHECK, check.retry(), 4, Fallback.LAST_RESORT),
                running::add);
        for (int i = 0; i < 50; i++) {
            provider.register(Instance.of("orders", "http://10.0.1." + i + ":80"));
        }
        simulation.advance(Duration.ofMinutes(10));
        assertThat(running).hasSize(4);
        while (!running.isEmpty()) {
            assertThat(running).hasSizeLessThanOrEqualTo(4);
            running.remove(0).run();
            simulation.time.runUntilIdle();
        }
        assertThat(asked).hasSize(50);

        asked.clear();
        for (int second = 0; second < 600; second++) {
            simulation.advance(Duration.ofSeconds(1));
            List<Runnable> due = List.copyOf(running);
            running.removeAll(due);
            due.forEach(Runnable::run);
        }
        assertThat(asked.size())
                .as("questions in 10 minutes, one every 2.5 to 6 s each")
                .isBetween(2_000, 13_000);
    }

    @Test
    void heldInstancesAreAskedAtOnceBecauseTheirAddressMayBeGivenAway() {
        ServiceView view = view(check);
        Selector selector = view.selector(LoadBalancer.roundRobin());
        for (int i = 0; i < 10; i++) {
            start("i" + i, "10.0.2." + i + ":80");
        }
        simulation.advance(MOMENT);
        asked.clear();
        whoListens.put("10.0.2.0:80", "a stranger");

        simulation.link("provider").cut();
        simulation.until(
                "held", () -> !view.reading().value().orElseThrow().held().isEmpty(), Duration.ofSeconds(25));
        simulation.advance(MOMENT);

        assertThat(asked).contains("10.0.2.0:80");
        assertThat(chosen(selector)).hasSize(9).doesNotContain("i0");
    }

    @Test
    void closingLeavesNothingBehindAndAViewIsVerifiedOnce() {
        ServiceView view = view(check);
        start("a", "10.0.0.1:80");
        simulation.advance(MOMENT);
        assertThatIllegalStateException()
                .isThrownBy(() -> view.verified(check))
                .withMessageContaining("verified already");
        view.close();
        asked.clear();
        simulation.advance(RECHECK.multipliedBy(5));
        assertThat(asked).isEmpty();

        view(check);
        simulation.advance(MOMENT);
        simulation.close();
    }

    private ServiceView view(IdentityCheck how) {
        return view(how, simulation.time);
    }

    private ServiceView view(IdentityCheck how, Executor executor) {
        return simulation
                .client(
                        "consumer",
                        options -> options.checkExecutor(executor)
                                .lossProtection(
                                        new LossProtection(5, 0.5, Duration.ofSeconds(10), Duration.ofMinutes(10))))
                .discover("orders")
                .verified(how);
    }

    private Registration start(String id, String address) {
        whoListens.put(address, id);
        return provider.register(Instance.of("orders", "http://" + address).withId(id));
    }

    private static Set<String> chosen(Selector selector) {
        Set<String> ids = new TreeSet<>();
        selector.explain()
                .considered()
                .forEach(standing -> ids.add(standing.instance().id()));
        return ids;
    }
}
