package dev.rollcall.bridge;

import dev.rollcall.Changes;
import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.bridge.MirrorTally.Standing;
import dev.rollcall.spi.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Brings the target to where the source is, and keeps it there. Made on the loop and confined to it. */
final class Mirroring implements AutoCloseable {
    private final ServiceNames names;
    private final MirrorMark mark;
    private final MirrorTally tally;
    private final Mirror.Context context;
    private final FollowedServices source;
    private final FollowedServices target;
    private final SourceServices selected;
    private final Map<String, TargetService> byTarget = new HashMap<>();
    private boolean leads;

    /** @param onChange called on the loop after whatever may have changed the counts */
    Mirroring(BridgeOptions options, Rollcall from, Rollcall to, EventLoop loop, Runnable onChange) {
        this.names = options.names();
        this.mark = new MirrorMark(options);
        this.tally = new MirrorTally(onChange);
        this.context = new Mirror.Context(to, loop, mark, tally, () -> leads);
        this.target = new FollowedServices(to, loop, (service, changes) -> {
            TargetService heard = byTarget.get(service.name());
            if (heard != null) {
                heard.targetHeard(changes);
            }
            onChange.run();
        });
        this.source = new FollowedServices(from, loop, (service, changes) -> {
            sourceHeard(service, changes);
            onChange.run();
        });
        this.selected = new SourceServices(from, names, source, loop, service -> true, this::sourceForgotten, onChange);
    }

    private void sourceHeard(FollowedService service, Changes changes) {
        Optional<String> called = names.target(service.name());
        if (called.isEmpty()) {
            tally.problem(
                    service.name(),
                    service.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Problem(
                                    service.name(),
                                    "*",
                                    Problem.Kind.FAILED,
                                    "the rename leaves no name for this service of the source, so it isn't mirrored;"
                                            + " give it a rule of its own, before the others")));
        } else {
            tally.ignored(mirrorsIn(changes));
            byTarget.computeIfAbsent(called.get(), this::targetService).sourceHeard(service, changes);
        }
        selected.forgetIfGone(service);
    }

    private TargetService targetService(String name) {
        target.follow(name);
        return new TargetService(target.find(name).orElseThrow(), context);
    }

    private int mirrorsIn(Changes changes) {
        int more = 0;
        for (Instance instance : changes.added()) {
            more += refused(instance);
        }
        for (Instance instance : changes.removed()) {
            more -= refused(instance);
        }
        for (Changes.Changed change : changes.changed()) {
            more += refused(change.after()) - refused(change.before());
        }
        return more;
    }

    private int refused(Instance instance) {
        return mark.admits(instance) ? 0 : 1;
    }

    private void sourceForgotten(String service) {
        names.target(service).ifPresent(called -> {
            TargetService there = byTarget.get(called);
            if (there != null && there.sourceForgotten(service)) {
                byTarget.remove(called);
                target.forget(called);
            }
        });
    }

    /** Begins to write, or stops; see {@link Leadership}. */
    void lead(boolean now) {
        if (leads != now) {
            leads = now;
            byTarget.values().forEach(TargetService::leadershipChanged);
        }
    }

    /** Whether anything is on the target by this process's doing. */
    boolean isHeld() {
        return tally.held() > 0;
    }

    BridgeState state(BridgeState.Role role) {
        int pending = tally.count(Standing.WAITING) + tally.count(Standing.WRITING) + tally.removing();
        return new BridgeState(
                role,
                selected.state(),
                target.state(),
                tally.count(Standing.MIRRORED),
                tally.count(Standing.STANDBY),
                pending,
                tally.ignored(),
                tally.count(Problem.Kind.FAILED),
                tally.count(Problem.Kind.YIELDED),
                tally.count(Problem.Kind.SHADOWED),
                tally.lag(),
                tally.problems());
    }

    /** Stops following. What is on the target stays until the client is closed. */
    @Override
    public void close() {
        selected.close();
        source.close();
        target.close();
    }
}
