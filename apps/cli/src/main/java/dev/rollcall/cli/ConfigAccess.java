package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** A registry's configuration as the commands use it: waiting for answers, and putting what went wrong into words. */
final class ConfigAccess {
    private final RegistryOptions registry;
    private final Config config;
    private final long deadlineNanos;

    private ConfigAccess(RegistryOptions registry, Rollcall rollcall) {
        this.registry = registry;
        this.config = registry.checked(rollcall::config);
        this.deadlineNanos = System.nanoTime() + registry.timeLeft().toNanos();
    }

    /** What a command does. */
    @FunctionalInterface
    interface Work {
        /** Returns the exit code. */
        int run(ConfigAccess access) throws InterruptedException;
    }

    static int with(RegistryOptions registry, Work work) throws InterruptedException {
        return registry.withClient(null, rollcall -> work.run(new ConfigAccess(registry, rollcall)));
    }

    /** What a command does with the client as well. */
    @FunctionalInterface
    interface ClientWork {
        /** Returns the exit code. */
        int run(Rollcall rollcall, ConfigAccess access) throws InterruptedException;
    }

    static int with(RegistryOptions registry, ClientWork work) throws InterruptedException {
        return registry.withClient(null, rollcall -> work.run(rollcall, new ConfigAccess(registry, rollcall)));
    }

    Config config() {
        return config;
    }

    Optional<ConfigEntry> read(String key) throws InterruptedException {
        return read(() -> config.read(key));
    }

    /** Whether anything is written there, be it readable or not. */
    boolean exists(String key) throws InterruptedException {
        try {
            return read(key).isPresent();
        } catch (StoreException e) {
            if (e.kind() == Kind.UNDECODABLE) {
                return true;
            }
            throw e;
        }
    }

    /** Asks, and asks again until the registry answers or the user's patience ends. */
    <T> T read(Supplier<CompletableFuture<T>> question) throws InterruptedException {
        while (true) {
            try {
                return answer(registry.checked(question));
            } catch (StoreException e) {
                if (!e.concernsWholeStore()) {
                    throw e;
                }
                if (System.nanoTime() - deadlineNanos >= 0) {
                    throw registry.unanswered(e);
                }
            }
        }
    }

    /** Asks once, as it is unknown what became of a change that wasn't answered. */
    <T> T change(String key, Supplier<CompletableFuture<T>> change) throws InterruptedException {
        try {
            return answer(registry.checked(change));
        } catch (StoreException e) {
            if (!e.concernsWholeStore()) {
                throw e;
            }
            throw new CommandFailedException(
                    ExitCode.UNREACHABLE,
                    "no answer from " + registry.shown() + " ("
                            + Unanswered.withoutPromises(String.valueOf(e.getMessage())) + "): the change of " + key
                            + " may have been carried out or not. 'rollcall config get " + key + "' shows it.",
                    e);
        }
    }

    /** That there is nothing to work on. */
    CommandFailedException absent(String key) {
        return new CommandFailedException(
                ExitCode.FAILED, "nothing is written at " + key + " in " + registry.shown() + ".");
    }

    Duration timeLeft() {
        return registry.timeLeft();
    }

    private static <T> T answer(CompletableFuture<T> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StoreException failure
                    ? failure
                    : new StoreException(Kind.REJECTED, "unexpected failure: " + e.getCause(), e);
        }
    }
}
