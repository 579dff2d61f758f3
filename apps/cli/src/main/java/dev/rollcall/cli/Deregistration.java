package dev.rollcall.cli;

import dev.rollcall.Instance;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The end of a registration, and what to say when the registry did not confirm it. */
final class Deregistration {
    private Deregistration() {}

    /** Waits for the registry's confirmation, and tells whether it came. */
    static boolean confirmed(CompletableFuture<Void> removal, Duration atMost) throws InterruptedException {
        try {
            removal.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        }
    }

    static String unconfirmed(Instance instance) {
        return "the registry did not confirm that " + instance.service() + "/" + instance.id()
                + " is removed; it goes at the end of its TTL.";
    }
}
