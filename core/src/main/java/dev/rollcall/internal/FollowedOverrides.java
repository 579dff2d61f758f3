package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.Reading;
import dev.rollcall.StoreException;
import dev.rollcall.Subscription;
import dev.rollcall.spi.ConfigValue;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators ask of a client's registrations: one watch for all of them, begun with the first and kept until the client is closed, as
 * registrations that come and go must not begin and end watches. Confined to the event loop.
 *
 * <p>Design note. The first registrations wait a little for what is asked, as an instance that was taken out of service must not take requests
 * for a moment each time that its process restarts. They wait neither for a store that is away nor for permission to read. Where reading is
 * refused, which is how a team may want it, the watch is given up and begun again minutes later, as it would ask, and stand in the store's log, every
 * few seconds.
 */
final class FollowedOverrides {
    private static final Logger log = LoggerFactory.getLogger(FollowedOverrides.class);

    /** The longest that a registration waits to learn what is asked of it. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

    /** How often it is looked whether one is over, at the least, as the wall clock may be set. */
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(1);

    /** The longest until it is looked whether what was refused may be read now. */
    private static final Duration LONGEST_REFUSAL = Duration.ofMinutes(10);

    private final EventLoop loop;
    private final RandomGenerator random;
    private final @Nullable Supplier<OpenConfig> config;
    private final Map<String, Followed> followed = new HashMap<>();
    /** Of whom something is asked, or can't be read. */
    private final Set<String> asked = new HashSet<>();

    private final List<Runnable> waiting = new ArrayList<>();
    private final Alarm wait;
    private final Alarm look;
    private final Alarm again;
    private OpenConfig.@Nullable Raw raw;
    private @Nullable Subscription subscription;
    private boolean opened;
    private boolean refused;
    private boolean closed;

    /** One registration, and what is written for it. */
    private static final class Followed {
        final OpenRegistration registration;

        @Nullable
        ConfigValue written;

        @Nullable
        DecodedEntry<InstanceOverride> entry;

        Followed(OpenRegistration registration) {
            this.registration = registration;
        }
    }

    /** @param config gives the client's configuration, and throws {@link IllegalArgumentException} where it has none; null to follow nothing */
    FollowedOverrides(EventLoop loop, RandomGenerator random, @Nullable Supplier<OpenConfig> config) {
        this.loop = loop;
        this.random = random;
        this.config = config;
        this.wait = new Alarm(loop);
        this.look = new Alarm(loop);
        this.again = new Alarm(loop);
    }

    /** Follows what is asked of a registration, and lets it begin as soon as that is known, or takes too long. */
    void join(OpenRegistration registration, Runnable begin) {
        if (config == null || closed || registration.leaving()) {
            begin.run();
            return;
        }
        String key = keyOf(registration);
        followed.put(key, new Followed(registration));
        if (!refused) {
            open(config);
        }
        OpenConfig.Raw watched = raw;
        if (watched != null
                && watched.reading().value() instanceof Reading.Pending<?> pending
                && pending.cause() == null) {
            if (waiting.isEmpty()) {
                wait.set(LONGEST_WAIT, this::letBegin);
            }
            waiting.add(begin);
            return;
        }
        take(key, written().get(key));
        lookAgain();
        begin.run();
    }

    /** Follows nothing more for one that is closed. */
    void leave(OpenRegistration registration) {
        String key = keyOf(registration);
        Followed known = followed.get(key);
        if (known != null && known.registration == registration) {
            followed.remove(key);
            asked.remove(key);
        }
    }

    void close() {
        closed = true;
        wait.stop();
        look.stop();
        again.stop();
        waiting.clear(); // those who wait are closed already
        followed.clear();
        endWatch();
    }

    private void endWatch() {
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
        if (raw != null) {
            raw.close();
            raw = null;
        }
    }

    private void open(Supplier<OpenConfig> config) {
        if (opened) {
            return;
        }
        opened = true;
        try {
            OpenConfig.Raw watched = config.get().raw(OverrideEntry.ALL);
            raw = watched;
            subscription = watched.reading().listen(loop, this::changed);
        } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
            log.info("operators' overrides are not followed: {}", e.getMessage());
        }
    }

    private void changed(Reading<SortedMap<String, ConfigValue>> reading) {
        if (closed) {
            return;
        }
        StoreException cause = causeOf(reading);
        if (cause != null && cause.kind() == StoreException.Kind.DENIED) {
            refused(cause);
            return;
        }
        if (reading instanceof Reading.Pending) {
            if (cause != null) {
                letBegin();
            }
            return;
        }
        refused = false;
        SortedMap<String, ConfigValue> written = written();
        Set<String> concerned = new HashSet<>(asked);
        concerned.addAll(written.keySet());
        concerned.forEach(key -> take(key, written.get(key)));
        lookAgain();
        letBegin();
    }

    /** What was asked before goes on until it ends. */
    private void refused(StoreException cause) {
        if (!refused) {
            refused = true;
            log.info(
                    "operators' overrides are not followed, as they may not be read: {}. Asked again within {} min; overrides=ignore in"
                            + " the registry's URI ends that",
                    cause.getMessage(),
                    LONGEST_REFUSAL.toMinutes());
        }
        endWatch();
        opened = false;
        long longest = LONGEST_REFUSAL.toNanos();
        again.set(Duration.ofNanos(longest / 2 + random.nextLong(longest / 2)), this::openAgain);
        letBegin();
    }

    private void openAgain() {
        if (config != null) {
            open(config);
        }
    }

    private static @Nullable StoreException causeOf(Reading<?> reading) {
        if (reading instanceof Reading.Stale<?> stale) {
            return stale.cause();
        }
        return reading instanceof Reading.Pending<?> pending ? pending.cause() : null;
    }

    private SortedMap<String, ConfigValue> written() {
        return raw == null
                ? Collections.emptySortedMap()
                : raw.reading().value().value().orElseGet(Collections::emptySortedMap);
    }

    private void take(String key, @Nullable ConfigValue written) {
        Followed known = followed.get(key);
        if (known == null || (written == null ? known.written == null : written.equals(known.written))) {
            return;
        }
        known.written = written;
        if (written == null) {
            asked.remove(key);
            known.entry = null;
        } else {
            asked.add(key);
            DecodedEntry<InstanceOverride> entry =
                    known.entry == null ? new DecodedEntry<>(key, OverrideEntry::decode) : known.entry;
            known.entry = entry;
            entry.take(written);
            StoreException failure = entry.failure();
            if (failure != null) {
                log.warn("an operator's override is ignored: {}", failure.getMessage());
            }
        }
        var unused = apply(known);
    }

    /** Tells a registration what is asked of it, and returns when that ends; null if nothing is. */
    private @Nullable Instant apply(Followed known) {
        InstanceOverride override = known.entry == null ? null : known.entry.good();
        if (override == null || !override.isInForce(loop.now())) {
            known.registration.overridden(null);
            return null;
        }
        known.registration.overridden(override);
        return override.until();
    }

    /** Ends what is over, and looks again when the next one is. */
    private void lookAgain() {
        look.stop();
        Instant now = loop.now();
        Instant next = null;
        for (String key : asked) {
            Followed known = followed.get(key);
            Instant end = known == null ? null : apply(known);
            if (end != null) {
                next = next == null || end.isBefore(next) ? end : next;
            }
        }
        if (next != null) {
            Duration left = Duration.between(now, next);
            look.set(left.compareTo(LONGEST_LOOK) < 0 ? left : LONGEST_LOOK, this::lookAgain);
        }
    }

    private void letBegin() {
        wait.stop();
        List<Runnable> ready = List.copyOf(waiting);
        waiting.clear();
        ready.forEach(Runnable::run);
    }

    private static String keyOf(OpenRegistration registration) {
        Instance instance = registration.instance();
        return OverrideEntry.keyOf(instance.service(), instance.id());
    }
}
