package dev.rollcall.balance;

import dev.rollcall.Instance;
import java.util.concurrent.CompletionStage;

/** Asks an instance whether it can serve: before one that was ejected comes back. Safe for use by many threads. */
@FunctionalInterface
public interface Probe {

    /**
     * Begins to ask. Called on a thread that picks, so it returns at once and does its work elsewhere.
     *
     * @return completes with whether the instance can serve; a failure, and no answer within the
     *     {@linkplain OutlierEjection#withProbe time allowed}, mean that it can't
     */
    CompletionStage<Boolean> ask(Instance instance);
}
