package dev.rollcall.cli;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.Subscription;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a registry answers. A refusal is an answer: an application waits on, since grants change, but whoever sits before a
 * command wants to be told. An outage is waited for.
 */
final class FirstAnswer {
    private FirstAnswer() {}

    /**
     * What a live value is, as soon as anything is known of it.
     *
     * @throws StoreException if it is refused, or if nothing was known in time
     */
    static <T> T known(Live<T> value, Duration atMost) throws InterruptedException {
        Reading<T> reading = value.reading();
        if (reading instanceof Reading.Pending<T>) {
            FirstAnswer.<Reading<T>>await(
                    value::listen, now -> !(now instanceof Reading.Pending<T> it) || isRefusal(it.cause()), atMost);
            reading = value.reading();
        }
        if (reading instanceof Reading.Pending<T> still) {
            throw failure(still.cause(), atMost);
        }
        return reading.value().orElseThrow();
    }

    /**
     * Returns as soon as the registry has the instance.
     *
     * @throws StoreException if it is refused, or wasn't registered in time
     */
    static void registered(Registration registration, Duration atMost) throws InterruptedException {
        FirstAnswer.<RegistrationState>await(
                registration::listen, now -> isRegistered(now) || isRefusal(now.cause()), atMost);
        RegistrationState state = registration.state();
        if (!isRegistered(state)) {
            throw failure(state.cause(), atMost);
        }
    }

    private static boolean isRegistered(RegistrationState state) {
        return state.phase() == Phase.REGISTERED || state.phase() == Phase.DRAINING;
    }

    private static boolean isRefusal(@Nullable StoreException cause) {
        return cause != null && (cause.kind() == Kind.DENIED || cause.kind() == Kind.REJECTED);
    }

    private static <S> void await(Function<Consumer<S>, Subscription> listen, Predicate<S> answered, Duration atMost)
            throws InterruptedException {
        CountDownLatch answer = new CountDownLatch(1);
        Subscription listening = listen.apply(state -> {
            if (answered.test(state)) {
                answer.countDown();
            }
        });
        try (listening) {
            boolean unused = answer.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private static StoreException failure(@Nullable StoreException cause, Duration atMost) {
        return cause == null
                ? new StoreException(Kind.TIMEOUT, "no answer within " + atMost.toMillis() + " ms")
                : new StoreException(cause.kind(), String.valueOf(cause.getMessage()), cause);
    }
}
