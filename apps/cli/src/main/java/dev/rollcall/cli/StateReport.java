package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.RegistrationState;
import dev.rollcall.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells a registration's state changes in words. Used by one thread at a time. */
final class StateReport implements Consumer<RegistrationState> {
    private final Instance instance;
    private final String registry;
    private final Consumer<String> lines;
    private boolean wasRegistered;
    private @Nullable Instant lostAt;
    private @Nullable String reported;

    /** @param registry fit to be shown */
    StateReport(Instance instance, String registry, Consumer<String> lines) {
        this.instance = instance;
        this.registry = registry;
        this.lines = lines;
    }

    @Override
    public void accept(RegistrationState state) {
        switch (state.phase()) {
            case REGISTERED -> registered(state);
            case REGISTERING -> registering(state);
            case DISPLACED -> {
                lostAt = lostAt == null ? state.since() : lostAt;
                tell("displaced, waiting for the other to leave" + because(state.cause()));
            }
            case DRAINING -> tell("draining: consumers choose it no more");
            case CLOSED -> {}
        }
    }

    private void registered(RegistrationState state) {
        if (state.cause() != null) {
            tell("registered, but not up to date" + because(state.cause()));
            return;
        }
        if (lostAt != null) {
            tell("registered again after "
                    + Math.max(0, Duration.between(lostAt, state.since()).toMillis()) + " ms");
        } else {
            tell("registered " + instance.service() + "/" + instance.id()
                    + (instance.id().equals(instance.endpoint().authority()) ? "" : " at " + instance.endpoint())
                    + ", weight " + instance.weight() + ", in " + registry);
        }
        wasRegistered = true;
        lostAt = null;
    }

    private void registering(RegistrationState state) {
        if (wasRegistered) {
            lostAt = lostAt == null ? state.since() : lostAt;
            tell("lost, registering again" + because(state.cause()));
        } else if (state.cause() != null) {
            tell("not registered yet, trying on" + because(state.cause()));
        }
    }

    private void tell(String line) {
        if (!line.equals(reported)) {
            reported = line;
            lines.accept(Style.oneLine(line));
        }
    }

    private static String because(@Nullable StoreException cause) {
        return cause == null ? "" : ": " + cause.getMessage();
    }
}
