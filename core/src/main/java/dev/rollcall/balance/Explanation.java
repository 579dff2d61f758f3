package dev.rollcall.balance;

import dev.rollcall.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a balancer chooses as it does: one pick, made for the sake of explaining it, and what went into it. Immutable.
 *
 * @param service the service chosen from
 * @param chosen who was chosen, null if there was nobody to choose
 * @param reasons how the balancer went about it, one decision a line, the outermost first
 * @param considered those that could have been chosen, with the figures that balancers go by
 * @param excluded those that could not, and why
 */
public record Explanation(
        String service,
        @Nullable Instance chosen,
        List<String> reasons,
        List<Standing> considered,
        List<Exclusion> excluded) {

    /**
     * An instance that could have been chosen.
     *
     * @param instance the instance
     * @param held whether the store no longer has it; see {@link dev.rollcall.Snapshot#held()}
     * @param inFlight how many picks of it are open; 0 unless measured
     * @param latency its average latency when it was last measured; zero unless measured
     * @param failureShare what share of its calls failed, 0 to 1, when it was last measured; 0 unless measured
     */
    public record Standing(Instance instance, boolean held, int inFlight, Duration latency, double failureShare) {}

    /**
     * An instance that could not be chosen.
     *
     * @param instance the instance
     * @param reason why, such as {@code DRAINING} or {@code not version=2}
     */
    public record Exclusion(Instance instance, String reason) {}

    public Explanation {
        reasons = List.copyOf(reasons);
        considered = List.copyOf(considered);
        excluded = List.copyOf(excluded);
    }

    static Explanation of(String service, @Nullable Candidate chosen, Trace trace, Node[] nodes) {
        List<Standing> considered = new ArrayList<>();
        List<Exclusion> excluded = new ArrayList<>();
        for (Node node : nodes) {
            if (trace.isConsidered(node)) {
                considered.add(new Standing(
                        node.instance(), node.held(), node.inFlight(), node.latency(), node.failureShare()));
            } else {
                excluded.add(new Exclusion(node.instance(), trace.reason(node)));
            }
        }
        return new Explanation(service, chosen == null ? null : chosen.instance(), trace.notes(), considered, excluded);
    }
}
