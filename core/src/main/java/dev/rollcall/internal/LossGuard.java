package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Decides which of a service's vanished instances stay in the view for a while. Confined to the event loop. */
final class LossGuard {
    private final LossProtection protection;
    private final Deque<Loss> recent = new ArrayDeque<>();
    /** When each held instance must go, in nanoseconds of the loop's clock; the first to go comes first. */
    private final Map<String, Long> deadlines = new LinkedHashMap<>();

    /** Instances that vanished at one moment, and how many of them left the view. */
    private record Loss(long nanoTime, int vanished, int removed) {}

    /** An instance whose entry is gone. */
    record Gone(Instance instance, boolean onPurpose) {
        boolean vanished() {
            return !onPurpose && instance.status() == Status.UP;
        }
    }

    LossGuard(LossProtection protection) {
        this.protection = protection;
    }

    /** Ids of the instances that are held at present. */
    Set<String> held() {
        return deadlines.keySet();
    }

    /**
     * Judges entries that are gone at the same moment.
     *
     * @param gone instances in the view whose entries are gone, those that are held already included
     * @param known how many instances are in the view before any of them leaves
     * @return the ids of those that leave the view now
     */
    List<String> judge(List<Gone> gone, int known, long nanoTime) {
        List<String> leaving = new ArrayList<>();
        List<String> vanished = new ArrayList<>();
        for (Gone one : gone) {
            String id = one.instance().id();
            if (!one.vanished()) {
                deadlines.remove(id);
                leaving.add(id);
            } else if (!deadlines.containsKey(id)) {
                vanished.add(id);
            }
        }
        if (vanished.isEmpty()) {
            return leaving;
        }
        forgetLosses(nanoTime);
        int together = vanished.size();
        int atWindowStart = known;
        for (Loss loss : recent) {
            together += loss.vanished();
            atWindowStart += loss.removed();
        }
        boolean hold = together >= protection.minimum() && together >= protection.share() * atWindowStart;
        recent.add(new Loss(nanoTime, vanished.size(), hold ? 0 : vanished.size()));
        if (hold) {
            long deadline = nanoTime + protection.holdFor().toNanos();
            vanished.forEach(id -> deadlines.put(id, deadline));
        } else {
            leaving.addAll(vanished);
        }
        return leaving;
    }

    /** The instance is in the store again. */
    void returned(String id) {
        deadlines.remove(id);
    }

    /** Lets go of those that have been held long enough, and returns their ids. */
    List<String> expire(long nanoTime) {
        List<String> expired = new ArrayList<>();
        deadlines.forEach((id, deadline) -> {
            if (deadline - nanoTime <= 0) {
                expired.add(id);
            }
        });
        expired.forEach(deadlines::remove);
        return expired;
    }

    /** How long until the first held instance must go, if any is held. */
    OptionalLong nanosToExpiry(long nanoTime) {
        return deadlines.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, deadlines.values().iterator().next() - nanoTime));
    }

    private void forgetLosses(long nanoTime) {
        Duration window = protection.window();
        while (!recent.isEmpty() && nanoTime - recent.getFirst().nanoTime() > window.toNanos()) {
            recent.removeFirst();
        }
    }
}
