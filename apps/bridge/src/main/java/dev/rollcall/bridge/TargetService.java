package dev.rollcall.bridge;

import dev.rollcall.Changes;
import dev.rollcall.Instance;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A service of the target, and the mirrors in it. Confined to the loop. */
final class TargetService {
    private final FollowedService followed;
    private final Mirror.Context context;
    /** Those of the source that are called this on the target, in the order in which they may have an id. */
    private final TreeMap<String, FollowedService> sources = new TreeMap<>();

    private final Map<String, Mirror> mirrors = new HashMap<>();
    private boolean fresh;

    TargetService(FollowedService followed, Mirror.Context context) {
        this.followed = followed;
        this.context = context;
    }

    /** The source has changed. */
    void sourceHeard(FollowedService source, Changes changes) {
        sources.put(source.name(), source);
        changes.added().forEach(instance -> want(instance.id()));
        changes.removed().forEach(instance -> want(instance.id()));
        changes.changed().forEach(change -> want(change.after().id()));
    }

    /** A service of the source is gone for good. Returns whether that was the last one. */
    boolean sourceForgotten(String source) {
        sources.remove(source);
        return sources.isEmpty();
    }

    private void want(String id) {
        Optional<Instance> wanted = Optional.empty();
        String shadow = "";
        String shadowed = "";
        for (Map.Entry<String, FollowedService> source : sources.entrySet()) {
            Optional<Instance> candidate = source.getValue().snapshot().find(id).filter(context.mark()::admits);
            if (wanted.isEmpty() && candidate.isPresent()) {
                wanted = candidate;
                shadow = source.getKey();
            } else if (candidate.isPresent()) {
                shadowed = source.getKey();
            }
        }
        tellShadowed(id, shadow, shadowed);
        if (wanted.isPresent()) {
            Mirror mirror = mirrors.computeIfAbsent(id, unknown -> mirror(id));
            mirror.want(wanted.get());
            mirror.act();
        } else {
            Mirror gone = mirrors.remove(id);
            if (gone != null) {
                gone.end();
            }
        }
    }

    private void tellShadowed(String id, String shadow, String shadowed) {
        if (sources.size() > 1) {
            String service = followed.name();
            context.tally()
                    .problem(
                            "shadowed " + service + '/' + id,
                            shadowed.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(new Problem(
                                            service,
                                            id,
                                            Problem.Kind.SHADOWED,
                                            shadow + " and " + shadowed
                                                    + " of the source both have one of this id and are"
                                                    + " called the same on the target; that of " + shadow
                                                    + " is mirrored, give each its own id")));
        }
    }

    private Mirror mirror(String id) {
        Mirror mirror = new Mirror(followed.name(), id, context);
        mirror.seen(followed.snapshot().find(id), followed.isFresh());
        return mirror;
    }

    /** The target has changed, or how it is heard. */
    void targetHeard(Changes changes) {
        boolean turned = fresh != followed.isFresh();
        fresh = followed.isFresh();
        if (turned) {
            mirrors.forEach((id, mirror) -> look(id, mirror));
            return;
        }
        changes.added().forEach(this::look);
        changes.removed().forEach(this::look);
        changes.changed().forEach(change -> look(change.after()));
    }

    private void look(Instance changed) {
        Mirror mirror = mirrors.get(changed.id());
        if (mirror != null) {
            look(changed.id(), mirror);
        }
    }

    private void look(String id, Mirror mirror) {
        mirror.seen(followed.snapshot().find(id), fresh);
        mirror.act();
    }

    /** Who leads has changed. */
    void leadershipChanged() {
        mirrors.values().forEach(Mirror::act);
    }
}
