package dev.rollcall.grpc;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Subscription;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.NameResolver.ServiceConfigParser;
import io.grpc.Status;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's gRPC service config as one channel understands it. A live one never gets worse than it was: what the channel refuses is
 * logged, and the last good one stays. Safe for use by many threads.
 */
final class FollowedServiceConfig implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FollowedServiceConfig.class);

    private final String service;
    private final ServiceConfig source;
    private final ServiceConfigParser parser;
    private final Runnable changed;
    /** Used by one listener call after the other. */
    private @Nullable Map<String, ?> seen;

    private volatile @Nullable ConfigOrError latest;
    private volatile boolean heard;
    private volatile @Nullable Subscription subscription;

    /** @param changed called by the thread that learns of a change, when there is something new to be told */
    FollowedServiceConfig(String service, ServiceConfig source, ServiceConfigParser parser, Runnable changed) {
        this.service = service;
        this.source = source;
        this.parser = parser;
        this.changed = changed;
        this.heard = source.live() == null;
    }

    /** Called once. */
    void follow() {
        if (source.fixed() != null) {
            latest = parser.parseServiceConfig(ServiceConfig.withDoubles(source.fixed()));
        }
        Live<? extends Map<String, ?>> live = source.live();
        if (live != null) {
            // First by itself, as a value that was closed before tells no listener.
            see(live.reading());
            subscription = live.listen(this::see);
        }
    }

    /** What to tell the channel; null for nothing, and its defaults. */
    @Nullable
    ConfigOrError latest() {
        return latest;
    }

    /** Whether the store has not yet said a word on it. */
    boolean isAwaited() {
        return !heard;
    }

    private void see(Reading<? extends Map<String, ?>> reading) {
        Map<String, ?> known = reading.value().orElse(null);
        boolean first = !heard && !isUnanswered(reading);
        boolean news = known != null && known != seen && parse(known);
        seen = known;
        if (first || news) {
            heard = true;
            changed.run();
        }
    }

    /** Nothing is known, and nothing stands in the way either: an answer, or a failure, can be expected soon. */
    private static boolean isUnanswered(Reading<?> reading) {
        return reading instanceof Reading.Pending<?> pending && pending.cause() == null;
    }

    private boolean parse(Map<String, ?> known) {
        ConfigOrError parsed = parser.parseServiceConfig(ServiceConfig.withDoubles(known));
        Status error = parsed.getError();
        if (error != null) {
            Throwable cause = error.getCause();
            log.warn(
                    "the service config of {} is refused, and channels go on with {} until it is written anew: {}{}",
                    service,
                    latest == null ? "their defaults" : "the last good one",
                    error.getDescription(),
                    cause == null ? "" : ": " + cause.getMessage());
            return false;
        }
        latest = parsed;
        return true;
    }

    @Override
    public void close() {
        Subscription ended = subscription;
        if (ended != null) {
            ended.close();
        }
    }
}
