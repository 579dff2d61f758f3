package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one snapshot that a balancer may choose among: those that are {@link Status#UP} and that no filter
 * took out, in the order of their ids; without those of weight 0 as long as one has a weight. Immutable; used by the
 * thread that makes a picker.
 *
 * <p>Instances that are {@linkplain Candidate#held() held} are among them on an equal footing: when a store loses most
 * of a service, sending everything to the few that are left would bring those down too, which holding is there to
 * prevent. Only a {@linkplain Selector#pickExcept second attempt} prefers those that the store does have.
 */
public final class Candidates {

    /** What all candidates of one build share. */
    record Source(
            String service,
            Meter meter,
            LongSupplier random,
            @Nullable Trace trace,
            boolean trial) {}

    private final Source source;
    private final Scope scope;
    private final Node[] willing;
    private final Node[] nodes;

    private Candidates(Source source, Scope scope, Node[] willing) {
        this.source = source;
        this.scope = scope;
        this.willing = willing;
        this.nodes = withoutIdle(willing);
    }

    static Candidates of(Source source, Scope scope, Node[] all) {
        return new Candidates(source, scope, kept(all, node -> node.instance().status() == Status.UP));
    }

    private static Node[] withoutIdle(Node[] willing) {
        int idle = 0;
        for (Node node : willing) {
            idle += node.instance().weight() == 0 ? 1 : 0;
        }
        return idle == 0 || idle == willing.length
                ? willing
                : kept(willing, node -> node.instance().weight() > 0);
    }

    private static Node[] kept(Node[] nodes, Predicate<Node> condition) {
        Node[] kept = new Node[nodes.length];
        int size = 0;
        for (Node node : nodes) {
            if (condition.test(node)) {
                kept[size++] = node;
            }
        }
        return size == nodes.length ? nodes : Arrays.copyOf(kept, size);
    }

    /** The service they belong to. */
    public String service() {
        return source.service();
    }

    /** The candidates in the order of their ids; unmodifiable, constant-time access by index. */
    public List<Candidate> list() {
        return Collections.unmodifiableList(Arrays.<Candidate>asList(considered()));
    }

    /**
     * Those of them that meet a condition. An instance of weight 0 that only gave way to one which fails the condition
     * is among them.
     *
     * @param what the condition in words, for explanations and errors, such as {@code version=2}
     */
    public Candidates where(String what, Predicate<? super Instance> condition) {
        requireNonNull(what, "what");
        requireNonNull(condition, "condition");
        Node[] kept = kept(willing, node -> condition.test(node.instance()));
        Trace trace = source.trace();
        if (trace != null && kept.length < willing.length) {
            for (Node node : willing) {
                if (!condition.test(node.instance())) {
                    trace.exclude(node, "not " + what);
                }
            }
        }
        return new Candidates(source, scope, kept);
    }

    /**
     * Those of them that meet a condition, for a balancer that divides its candidates among several inner ones. Unlike
     * {@link #where} it never brings back one of weight 0.
     *
     * @param name tells the parts apart, so that each goes on where it was when the next snapshot comes
     */
    public Candidates part(String name, Predicate<? super Instance> condition) {
        requireNonNull(condition, "condition");
        return new Candidates(
                source, scope.part(requireNonNull(name, "name")), kept(nodes, node -> condition.test(node.instance())));
    }

    /** Another balancer's picker over these candidates; one that chooses nobody if they are empty. */
    public Picker picker(LoadBalancer balancer) {
        return isEmpty() ? () -> null : requireNonNull(balancer.picker(this), () -> "no picker of " + balancer);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return nodes.length == 0;
    }

    /** Random numbers, 64 bits each: to be used instead of a source of one's own, so that tests can repeat a run. */
    public LongSupplier random() {
        return source.random();
    }

    /** The time in nanoseconds, of no fixed origin. */
    public LongSupplier nanoClock() {
        return source.meter()::now;
    }

    /** Adds a line to {@linkplain Selector#explain explanations}; the text is made only if somebody asked for one. */
    public void note(Supplier<String> text) {
        if (source.trace() != null) {
            source.trace().note(text.get());
        }
    }

    /** Those of them that are not among some; the others with the reasons. */
    Candidates without(Map<Node, String> excluded) {
        if (excluded.isEmpty()) {
            return this;
        }
        if (source.trace() != null) {
            excluded.forEach(source.trace()::exclude);
        }
        return new Candidates(source, scope, kept(willing, node -> !excluded.containsKey(node)));
    }

    /** Whether some instances are missing only for this one picker, which must leave no trace. */
    boolean isTrial() {
        return source.trial();
    }

    /** The nodes for a decorator's own reckoning: does not count as considering them. Not to be changed. */
    Node[] nodes() {
        return nodes;
    }

    /** The nodes for choosing among them. Not to be changed. */
    Node[] considered() {
        if (source.trace() != null) {
            source.trace().consider(nodes);
        }
        return nodes;
    }

    Cursors cursors() {
        return scope.cursors();
    }

    Meter meter() {
        return source.meter();
    }
}
