package dev.rollcall.internal;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Subscription;
import dev.rollcall.WeightReport;
import dev.rollcall.spi.EventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a provider for its weight again and again, and updates its registration when that is worth it. The supplier runs on the executor
 * of listeners, one call at a time; everything else is confined to the event loop.
 */
final class WeightReporting implements Subscription {
    private static final Logger log = LoggerFactory.getLogger(WeightReporting.class);

    private final Registration registration;
    private final WeightReport how;
    private final IntSupplier weight;
    private final EventLoop loop;
    private final Executor executor;
    private final String name;
    private volatile boolean closed;
    private boolean asking;
    private boolean failing;
    private @Nullable Subscription life;
    private EventLoop.@Nullable Timer timer;

    private WeightReporting(
            Registration registration, WeightReport how, IntSupplier weight, EventLoop loop, Executor executor) {
        this.registration = registration;
        this.how = requireNonNull(how, "how");
        this.weight = requireNonNull(weight, "weight");
        this.loop = loop;
        this.executor = executor;
        Instance instance = registration.instance();
        this.name = instance.service() + "/" + instance.id();
    }

    /** Asks for the first time at once. */
    static Subscription start(
            Registration registration, WeightReport how, IntSupplier weight, EventLoop loop, Executor executor) {
        WeightReporting reporting = new WeightReporting(registration, how, weight, loop, executor);
        loop.execute(reporting::begin);
        return reporting;
    }

    private void begin() {
        if (!closed) {
            life = registration.listen(executor, this::follow);
            tick();
        }
    }

    private void follow(RegistrationState state) {
        if (state.phase() == Phase.DRAINING || state.phase() == Phase.CLOSED) {
            close();
        }
    }

    private void tick() {
        if (closed) {
            return;
        }
        timer = loop.schedule(how.interval(), this::tick);
        // A supplier that takes longer than the interval is not asked by two threads at once.
        if (!asking) {
            asking = true;
            try {
                executor.execute(this::ask);
            } catch (RejectedExecutionException shutDown) {
                failed(shutDown);
            }
        }
    }

    private void ask() {
        int now;
        try {
            now = weight.getAsInt();
        } catch (RuntimeException | Error e) {
            loop.execute(() -> failed(e));
            return;
        }
        loop.execute(() -> answered(now));
    }

    private void answered(int now) {
        asking = false;
        if (closed) {
            return;
        }
        try {
            if (how.isWorthReporting(registration.instance().weight(), now)) {
                var unused = registration.update(instance -> instance.withWeight(now));
            }
            failing = false;
        } catch (IllegalArgumentException outOfRange) {
            failed(outOfRange);
        } catch (IllegalStateException draining) {
            close();
        }
    }

    private void failed(Throwable cause) {
        asking = false;
        if (!failing && !closed) {
            failing = true;
            log.warn(
                    "{}: the weight to report can't be had, so it stays {}; asked again every {} ms",
                    name,
                    registration.instance().weight(),
                    how.interval().toMillis(),
                    cause);
        }
    }

    @Override
    public void close() {
        closed = true;
        loop.execute(() -> {
            if (life != null) {
                life.close();
            }
            if (timer != null) {
                timer.close();
            }
        });
    }
}
