package dev.rollcall.bridge;

import dev.rollcall.Changes;
import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Follows both ends and keeps what differs. Made on the loop and confined to it. */
final class Comparing implements AutoCloseable {
    private static final int MAX_DIFFERENCES_SHOWN = 1_000;

    private final ServiceNames names;
    private final EventLoop loop;
    private final Duration settle;
    private final FollowedServices source;
    private final FollowedServices target;
    private final SourceServices selected;
    /** The services of the source by what they are called on the target. */
    private final Map<String, TreeMap<String, FollowedService>> sources = new HashMap<>();

    private final TreeMap<String, TreeMap<String, Difference>> differences = new TreeMap<>();
    private @Nullable Instant equalSince;

    Comparing(BridgeOptions options, Rollcall from, Rollcall to, EventLoop loop, Runnable onChange) {
        this.names = options.names();
        this.loop = loop;
        this.settle = options.settle();
        this.target = new FollowedServices(to, loop, (service, changes) -> {
            look(service.name(), changes);
            onChange.run();
        });
        this.source = new FollowedServices(from, loop, (service, changes) -> {
            sourceHeard(service, changes);
            onChange.run();
        });
        this.selected =
                new SourceServices(from, names, source, loop, this::isForgettable, this::sourceForgotten, onChange);
    }

    private String called(String service) {
        return names.target(service).orElse(service);
    }

    private void sourceHeard(FollowedService service, Changes changes) {
        String called = called(service.name());
        target.follow(called);
        sources.computeIfAbsent(called, unknown -> new TreeMap<>()).put(service.name(), service);
        look(called, changes);
        selected.forgetIfGone(service);
    }

    /** What is left on the target of a service that is gone is a difference. */
    private boolean isForgettable(FollowedService service) {
        return target.find(called(service.name()))
                .filter(there -> there.isFresh() && there.isEmpty())
                .isPresent();
    }

    private void sourceForgotten(String service) {
        String called = called(service);
        TreeMap<String, FollowedService> left = sources.get(called);
        if (left != null) {
            left.remove(service);
            if (left.isEmpty()) {
                sources.remove(called);
                target.forget(called);
                differences.remove(called);
            }
        }
    }

    private void look(String service, Changes changes) {
        TreeSet<String> ids = new TreeSet<>();
        changes.added().forEach(instance -> ids.add(instance.id()));
        changes.removed().forEach(instance -> ids.add(instance.id()));
        changes.changed().forEach(change -> ids.add(change.after().id()));
        ids.forEach(id -> compare(service, id));
        sources.getOrDefault(service, new TreeMap<>()).values().stream()
                .toList()
                .forEach(selected::forgetIfGone);
    }

    private void compare(String service, String id) {
        Optional<Instance> wanted = sources.getOrDefault(service, new TreeMap<>()).values().stream()
                .flatMap(from -> from.snapshot().find(id).stream())
                .findFirst();
        Optional<Instance> found =
                target.find(service).flatMap(there -> there.snapshot().find(id));
        Optional<Difference> now = Difference.between(service, id, wanted, found, loop.now());
        TreeMap<String, Difference> known = differences.computeIfAbsent(service, unknown -> new TreeMap<>());
        Difference before = known.get(id);
        if (now.isEmpty()) {
            known.remove(id);
        } else if (before == null || !before.isLike(now.get())) {
            known.put(id, now.get());
        }
        if (known.isEmpty()) {
            differences.remove(service);
        }
    }

    ComparisonState state() {
        Instant now = loop.now();
        Map<Difference.Kind, Integer> counts = new EnumMap<>(Difference.Kind.class);
        int unsettled = 0;
        List<Difference> shown = new ArrayList<>();
        for (TreeMap<String, Difference> ofService : differences.values()) {
            for (Difference difference : ofService.values()) {
                if (difference.since().plus(settle).isAfter(now)) {
                    unsettled++;
                    continue;
                }
                counts.merge(difference.kind(), 1, Integer::sum);
                if (shown.size() < MAX_DIFFERENCES_SHOWN) {
                    shown.add(difference);
                }
            }
        }
        if (!state(now, counts, unsettled, shown, equalSince).equal()) {
            equalSince = null;
        } else if (equalSince == null) {
            equalSince = now;
        }
        return state(now, counts, unsettled, shown, equalSince);
    }

    private ComparisonState state(
            Instant now,
            Map<Difference.Kind, Integer> counts,
            int unsettled,
            List<Difference> shown,
            @Nullable Instant since) {
        return new ComparisonState(
                selected.state(),
                target.state(),
                counts.getOrDefault(Difference.Kind.MISSING, 0),
                counts.getOrDefault(Difference.Kind.EXTRA, 0),
                counts.getOrDefault(Difference.Kind.DIFFERENT, 0),
                unsettled,
                shown,
                since,
                now);
    }

    @Override
    public void close() {
        selected.close();
        source.close();
        target.close();
    }
}
