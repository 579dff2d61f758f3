package dev.rollcall.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RetrierTest {

    @Property(tries = 200)
    void neverTriesAnInstanceTwice(
            @ForAll @IntRange(min = 1, max = 6) int size,
            @ForAll @IntRange(min = 1, max = 10) int attempts,
            @ForAll @IntRange(max = 7) int balancer) {
        Selector selector =
                FakeService.equal(size).selector(EligibilityTest.all().get(balancer));
        Retrier retrier = Retrier.of(selector, RetryBudget.defaults()).attempts(attempts);
        List<String> tried = new ArrayList<>();
        assertThatThrownBy(() -> retrier.call(instance -> {
                    tried.add(instance.id());
                    throw new IOException("refused by " + instance.id());
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("refused by " + tried.get(tried.size() - 1));
        assertThat(tried).doesNotHaveDuplicates().hasSize(Math.min(size, attempts));
        assertThat(selector.explain().considered()).allMatch(standing -> standing.inFlight() == 0);
    }

    @Test
    void returnsWhatTheFirstGoodAttemptReturnsAndReportsTheBadOnes() throws IOException {
        Selector selector = FakeService.equal(3).selector(LoadBalancer.leastLoaded());
        Retrier retrier = Retrier.of(selector, RetryBudget.defaults());
        List<String> tried = new ArrayList<>();
        String answer = retrier.call(instance -> {
            tried.add(instance.id());
            if (tried.size() < 3) {
                throw new IOException("refused");
            }
            return "hello from " + instance.id();
        });
        assertThat(answer).isEqualTo("hello from " + tried.get(2));
        assertThat(selector.explain().considered())
                .allSatisfy(standing -> assertThat(standing.failureShare() > 0)
                        .isEqualTo(
                                tried.subList(0, 2).contains(standing.instance().id())));
    }

    @Test
    void failuresThatMayNotBeRepeatedAreNot() {
        Retrier retrier = Retrier.of(FakeService.equal(3).selector(LoadBalancer.random()), RetryBudget.defaults())
                .retryingOn(failure -> failure instanceof IOException);
        List<String> tried = new ArrayList<>();
        assertThatThrownBy(() -> retrier.call(instance -> {
                    tried.add(instance.id());
                    throw new IllegalStateException("card charged twice?");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(tried).hasSize(1);
    }

    @Test
    void laterAnswersAreRetriedToo() {
        Retrier retrier = Retrier.of(FakeService.equal(3).selector(LoadBalancer.peakEwma()), RetryBudget.defaults());
        List<String> tried = new ArrayList<>();
        CompletableFuture<String> answer = retrier.callAsync(instance -> {
            tried.add(instance.id());
            return tried.size() < 3
                    ? CompletableFuture.failedFuture(new IOException("refused"))
                    : CompletableFuture.completedFuture("hello");
        });
        assertThat(answer).isCompletedWithValue("hello");
        assertThat(tried).doesNotHaveDuplicates().hasSize(3);
    }

    @Test
    void aConditionThatThrowsEndsTheCall() {
        Selector selector = FakeService.equal(3).selector(LoadBalancer.leastLoaded());
        Retrier retrier = Retrier.of(selector, RetryBudget.defaults()).retryingOn(failure -> {
            throw new ClassCastException("not my exception");
        });
        IOException refused = new IOException("refused");
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> answer = retrier.callAsync(instance -> stage);

        stage.completeExceptionally(refused);

        assertThat(answer)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ClassCastException.class)
                .satisfies(thrown -> assertThat(thrown).hasSuppressedException(refused));
        assertThatThrownBy(() -> retrier.call(instance -> {
                    throw refused;
                }))
                .isInstanceOf(ClassCastException.class)
                .hasSuppressedException(refused);
        assertThat(selector.explain().considered()).allMatch(standing -> standing.inFlight() == 0);
    }

    @Test
    void aBalancerThatThrowsEndsTheCall() {
        AtomicBoolean broken = new AtomicBoolean();
        FakeService service = FakeService.equal(3);
        Selector selector = service.selector(LoadBalancer.roundRobin().filter("not broken", instance -> {
            if (broken.get()) {
                throw new IllegalStateException("broken");
            }
            return true;
        }));
        Retrier retrier = Retrier.of(selector, RetryBudget.defaults());
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> answer = retrier.callAsync(instance -> stage);

        broken.set(true);
        service.remove("i00002"); // which has the balancer look again
        stage.completeExceptionally(new IOException("refused"));

        assertThat(answer)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .withMessage("broken");
    }

    @Test
    void aCancelledCallIsNotTriedAgain() {
        Selector selector = FakeService.equal(3).selector(LoadBalancer.leastLoaded());
        Retrier retrier = Retrier.of(selector, RetryBudget.defaults());
        CompletableFuture<String> stage = new CompletableFuture<>();
        List<String> tried = new ArrayList<>();
        CompletableFuture<String> answer = retrier.callAsync(instance -> {
            tried.add(instance.id());
            return stage;
        });
        answer.cancel(true);
        stage.completeExceptionally(new IOException("too late"));
        assertThat(tried).hasSize(1);
        assertThat(selector.explain().considered()).allMatch(standing -> standing.inFlight() == 0);
    }

    @Test
    void anOutageIsNotMultipliedByRetries() {
        AtomicLong nanos = new AtomicLong();
        RetryBudget budget = RetryBudget.of(0.2, 0, nanos::get);
        Retrier retrier = Retrier.of(FakeService.equal(5).selector(LoadBalancer.random()), budget)
                .attempts(5);
        int[] calls = new int[1];
        for (int i = 0; i < 10_000; i++) {
            assertThatThrownBy(() -> retrier.call(instance -> {
                        calls[0]++;
                        throw new IOException("down");
                    }))
                    .isInstanceOf(IOException.class);
        }
        assertThat(calls[0]).isBetween(11_900, 12_000);
    }

    @Test
    void aBudgetEarnsItsMinimumWithTimeAndHoldsTenSecondsOfIt() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);
        RetryBudget budget = RetryBudget.of(0, 20, nanos::get);
        assertThat(budget.available()).isEqualTo(200);
        while (budget.available() > 0) {
            assertThat(budget.tryWithdraw()).isTrue();
        }
        assertThat(budget.tryWithdraw()).isFalse();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(3));
        assertThat(budget.available()).isEqualTo(60);
        nanos.addAndGet(TimeUnit.HOURS.toNanos(3));
        assertThat(budget.available()).isEqualTo(200);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> RetryBudget.of(-1, 0)).hasMessage("ratio: -1.0 (expected: 0 to 100)");
        assertThatThrownBy(() -> RetryBudget.of(0.2, -1)).hasMessageStartingWith("minimumPerSecond: -1 (expected: 0");
        assertThatThrownBy(
                        () -> Retrier.of(FakeService.equal(1).selector(LoadBalancer.random()), RetryBudget.defaults())
                                .attempts(11))
                .hasMessage("attempts: 11 (expected: 1 to 10)");
    }
}
