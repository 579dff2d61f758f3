package dev.rollcall.bridge;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many mirrors stand where, and what is wrong with which. Confined to the loop. */
final class MirrorTally {
    private static final Logger log = LoggerFactory.getLogger(MirrorTally.class);
    private static final int MAX_PROBLEMS_SHOWN = 20;
    private static final int MAX_PROBLEMS_LOGGED = 100;

    private final Map<Standing, Integer> mirrors = new EnumMap<>(Standing.class);
    private final Map<String, Problem> problems = new LinkedHashMap<>();
    private final Map<Problem.Kind, Integer> problemsByKind = new EnumMap<>(Problem.Kind.class);
    private final LagHistogram lag = new LagHistogram();
    private final Runnable onChange;
    private int ignored;
    private int removing;
    private int held;
    private int logged;

    /** Where a mirror stands. */
    enum Standing {
        /** Nothing was done yet: the target hasn't been heard of. */
        WAITING,
        /** Another bridge writes it. */
        STANDBY,
        /** On its way to the target, in its latest version. */
        WRITING,
        MIRRORED,
        /** Not on the target; see the {@link Problem} of it. */
        PREVENTED
    }

    MirrorTally(Runnable onChange) {
        this.onChange = onChange;
    }

    void came(Standing standing) {
        mirrors.merge(standing, 1, Integer::sum);
        onChange.run();
    }

    void left(Standing standing) {
        mirrors.merge(standing, -1, Integer::sum);
        onChange.run();
    }

    int count(Standing standing) {
        return mirrors.getOrDefault(standing, 0);
    }

    /** Notes what is wrong with an instance, nothing if it is empty. */
    void problem(String key, Optional<Problem> now) {
        Problem before = now.isPresent() ? problems.put(key, now.get()) : problems.remove(key);
        if (before == null && now.isEmpty()) {
            return;
        }
        if (before != null) {
            problemsByKind.merge(before.kind(), -1, Integer::sum);
        }
        now.ifPresent(problem -> {
            problemsByKind.merge(problem.kind(), 1, Integer::sum);
            if (!problem.equals(before) && logged < MAX_PROBLEMS_LOGGED) {
                log.warn("{}", problem);
                if (++logged == MAX_PROBLEMS_LOGGED) {
                    log.warn("further ones are counted only");
                }
            }
        });
        onChange.run();
    }

    int count(Problem.Kind kind) {
        return problemsByKind.getOrDefault(kind, 0);
    }

    /** The first few. */
    List<Problem> problems() {
        List<Problem> shown = new ArrayList<>();
        for (Problem problem : problems.values()) {
            if (shown.size() == MAX_PROBLEMS_SHOWN) {
                break;
            }
            shown.add(problem);
        }
        return shown;
    }

    /** Counts instances of the source that are mirrors themselves. */
    void ignored(int more) {
        ignored += more;
        onChange.run();
    }

    int ignored() {
        return ignored;
    }

    void removing(int more) {
        removing += more;
        onChange.run();
    }

    int removing() {
        return removing;
    }

    /** Counts mirrors of which something may be on the target by this process's doing. */
    void held(int more) {
        held += more;
        onChange.run();
    }

    int held() {
        return held;
    }

    void stored(long nanos) {
        lag.add(nanos);
    }

    Lag lag() {
        return lag.lag();
    }
}
