package dev.rollcall.console;

import dev.rollcall.InstanceOverride;
import dev.rollcall.Live;
import dev.rollcall.OverrideRequest;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.console.Happening.Kind;
import java.time.Clock;
import java.util.Collections;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators ask of instances, here or elsewhere: followed, shown, and asked for. Confined to the board's thread. */
final class AskedOverrides implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AskedOverrides.class);

    private final Rollcall rollcall;
    private final Executor board;
    private final Clock clock;
    private final Timeline timeline;
    private final BiConsumer<String, String> changed;
    private @Nullable Live<SortedMap<String, InstanceOverride>> live;
    private SortedMap<String, InstanceOverride> asked = Collections.emptySortedMap();
    private boolean known;

    /** @param changed told a service and the id of its instance of which something else is asked than before */
    AskedOverrides(
            Rollcall rollcall, Executor board, Clock clock, Timeline timeline, BiConsumer<String, String> changed) {
        this.rollcall = rollcall;
        this.board = board;
        this.clock = clock;
        this.timeline = timeline;
        this.changed = changed;
    }

    void start() {
        try {
            Live<SortedMap<String, InstanceOverride>> following =
                    rollcall.overrides().follow();
            live = following;
            following.listen(board, this::take);
        } catch (UnsupportedOperationException | IllegalArgumentException | IllegalStateException e) {
            log.info("what operators ask of instances is not shown: {}", e.getMessage());
        }
    }

    /** What is asked of an instance now; null if nothing is. */
    @Nullable
    InstanceOverride of(String service, String id) {
        InstanceOverride override = asked.get(service + "/" + id);
        return override != null && override.isInForce(clock.instant()) ? override : null;
    }

    /**
     * Asks something of an instance.
     *
     * @throws IllegalArgumentException if that can't be its name
     */
    CompletableFuture<?> ask(String service, String id, OverrideRequest request) {
        return rollcall.overrides().set(service, id, request);
    }

    /** Asks no more of it; as {@link #ask}. */
    CompletableFuture<?> clear(String service, String id) {
        return rollcall.overrides().clear(service, id);
    }

    @Override
    public void close() {
        if (live != null) {
            live.close();
        }
    }

    private void take(Reading<SortedMap<String, InstanceOverride>> reading) {
        SortedMap<String, InstanceOverride> now = reading.value().orElse(null);
        if (now == null) {
            return;
        }
        Set<String> names = new HashSet<>(asked.keySet());
        names.addAll(now.keySet());
        SortedMap<String, InstanceOverride> before = asked;
        asked = now;
        boolean news = known;
        known = true;
        for (String name : names) {
            InstanceOverride was = before.get(name);
            InstanceOverride is = now.get(name);
            if (!Objects.equals(was, is)) {
                int slash = name.indexOf('/');
                tell(name.substring(0, slash), name.substring(slash + 1), was, is, news);
            }
        }
    }

    private void tell(
            String service, String id, @Nullable InstanceOverride was, @Nullable InstanceOverride is, boolean news) {
        boolean isNow = is != null && is.isInForce(clock.instant());
        boolean wasNow = was != null && was.isInForce(clock.instant());
        if (news && is != null && isNow) {
            timeline.add(clock.millis(), Kind.ASKED, service, id, Wording.asked(is));
        } else if (news && wasNow) {
            timeline.add(clock.millis(), Kind.ASKED, service, id, "asked to be as its owner says again");
        }
        changed.accept(service, id);
    }
}
