package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.RegistrationState;
import dev.rollcall.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells a registration's state changes in words. Used by one thread at a time. */
final class StateReport implements Consumer<RegistrationState> {
    private static final int MAX_CAUSES = 20;

    private final Instance instance;
    private final String registry;
    private final Consumer<String> lines;
    private final Set<String> told = new HashSet<>();
    private boolean wasRegistered;
    private @Nullable Instant lostAt;

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
                tell("displaced, waiting for the other to leave", state.cause());
            }
            case DRAINING -> tell("draining: consumers choose it no more", null);
            case CLOSED -> {}
        }
    }

    private void registered(RegistrationState state) {
        if (state.cause() != null) {
            tell("registered, but not up to date", state.cause());
            return;
        }
        told.clear();
        if (lostAt != null) {
            long millis = Math.max(0, Duration.between(lostAt, state.since()).toMillis());
            tell("registered again after " + millis + " ms", null);
        } else {
            tell(
                    "registered " + instance.service() + "/" + instance.id()
                            + (instance.id().equals(instance.endpoint().authority())
                                    ? ""
                                    : " at " + instance.endpoint())
                            + ", weight " + instance.weight() + ", in " + registry,
                    null);
        }
        wasRegistered = true;
        lostAt = null;
    }

    private void registering(RegistrationState state) {
        if (!wasRegistered && state.cause() == null) {
            return;
        }
        String what = !wasRegistered
                ? "not registered yet, trying on"
                : lostAt == null ? "lost, registering again" : "not back yet";
        if (wasRegistered && lostAt == null) {
            lostAt = state.since();
        }
        tell(what, state.cause());
    }

    /** A long outage has few causes, which take turns; each is told once. */
    private void tell(String what, @Nullable StoreException cause) {
        String why = cause == null ? "" : String.valueOf(cause.getMessage());
        if (why.isEmpty() || (told.size() < MAX_CAUSES && told.add(why))) {
            lines.accept(Style.oneLine(what + (why.isEmpty() ? "" : ": " + why)));
        }
    }
}
