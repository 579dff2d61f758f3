package dev.rollcall.balance;

import dev.rollcall.Snapshot;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A picker and the snapshot it was made of. Immutable but for the text of an error. */
final class Generation {
    private final LoadBalancer balancer;
    private final Meter meter;
    /** Null where nobody is ever ejected, which saves plain picks a look. */
    private final @Nullable Outliers outliers;

    private final LongSupplier random;
    /** The roster's, at hand. */
    private final Snapshot snapshot;

    private final int revision;
    private final Roster roster;
    private final Scope scope;
    private final Picker picker;
    private volatile @Nullable String nobody;

    private Generation(LoadBalancer balancer, Meter meter, LongSupplier random, Roster roster, Scope scope) {
        this.balancer = balancer;
        this.meter = meter;
        this.random = random;
        this.snapshot = roster.snapshot();
        this.roster = roster;
        this.scope = scope;
        this.outliers = meter.tallying() ? meter.outliers() : null;
        this.revision = meter.outliers().revision();
        this.picker = build(roster.nodes(), scope, null, false);
    }

    static Generation first(LoadBalancer balancer, Snapshot snapshot, Meter meter, LongSupplier random) {
        return new Generation(balancer, meter, random, Roster.first(snapshot, meter), Scope.fresh(random));
    }

    Generation next(Snapshot snapshot) {
        return new Generation(balancer, meter, random, roster.next(snapshot, meter), scope.next());
    }

    /** Whether it was made of this very snapshot, and nobody was ejected or came back since. */
    @SuppressWarnings("ReferenceEquality") // one comparison a pick; equality would compare all instances
    boolean isOf(Snapshot snapshot) {
        return this.snapshot == snapshot && (outliers == null || revision == outliers.revision());
    }

    Picker picker() {
        return picker;
    }

    /** A picker that knows nothing of these ids: made anew, so for rare use. */
    Picker pickerExcept(Set<String> ids) {
        return build(Roster.without(roster.nodes(), ids), Scope.fresh(random), null, true);
    }

    private Picker build(Node[] nodes, Scope scope, @Nullable Trace trace, boolean trial) {
        Candidates.Source source = new Candidates.Source(service(), meter, random, trace, trial);
        return Candidates.of(source, scope, nodes).picker(balancer);
    }

    private String service() {
        return snapshot.service();
    }

    Explanation explanation(@Nullable Long keyHash) {
        Trace trace = new Trace();
        Picker traced = build(roster.nodes(), Scope.fresh(random), trace, false);
        Candidate chosen = keyHash == null ? traced.pick() : traced.pick(keyHash);
        return Explanation.of(service(), chosen, trace, roster.nodes());
    }

    NoInstanceException nobody() {
        String message = nobody;
        if (message == null) {
            Trace trace = new Trace();
            build(roster.nodes(), Scope.fresh(random), trace, false);
            message = "no instance of " + service() + " can be chosen by " + balancer + ": "
                    + trace.summary(roster.nodes()) + ". The next pick sees any change of the registry; see the view's"
                    + " reading for whether the registry is reachable";
            nobody = message;
        }
        return new NoInstanceException(service(), message);
    }

    NoInstanceException nobodyExcept(Set<String> ids) {
        return new NoInstanceException(
                service(),
                "no other instance of " + service() + " can be chosen by " + balancer + ": " + roster.nodes().length
                        + " known, " + ids.size() + " tried already");
    }
}
