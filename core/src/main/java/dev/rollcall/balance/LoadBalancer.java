package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How one instance is chosen among many: a function from the instances that may be chosen to a {@link Picker}.
 * Immutable and safe for use by many threads; one balancer can serve any number of selectors, each of which keeps what
 * it learns to itself.
 *
 * <p>Whatever the balancer, an instance that is draining or out of service is never chosen, and one of weight 0 only
 * where nobody eligible has a weight; see {@link Candidates}.
 *
 * <p>Balancers are put together from a way of choosing and refinements, of which the last named comes first:
 *
 * <pre>{@code
 * LoadBalancer.peakEwma()               // 4. the quicker of two
 *         .slowStart(Duration.ofSeconds(30)) // 3. with less for those that just came up
 *         .preferZone("eu-1")           // 2. in our zone, as far as its capacity goes
 *         .version("2")                 // 1. of those of version 2
 * }</pre>
 */
@FunctionalInterface
public interface LoadBalancer {

    /**
     * Makes a picker over these candidates, which are not empty. Called by a thread that picks, when a snapshot is new,
     * by one thread at a time for each selector; what it throws, that pick throws. Time linear in their number is
     * expected.
     */
    Picker picker(Candidates candidates);

    /** What has to be measured for this balancer; by default nothing. Always the same. */
    default Set<Statistic> needs() {
        return Set.of();
    }

    /** Each instance with the same chance, whatever its weight. Nothing is shared between threads. */
    static LoadBalancer random() {
        return new Leaf("random", "each with the same chance", Set.of(), RandomPicker::even);
    }

    /**
     * One instance after the other, whatever their weights. One thread's picks are exactly even: any two instances are
     * chosen equally often or once more. Threads go round separately, so that they don't contend, each from a random
     * start; see {@link #weightedRoundRobin()} for one that heeds weights.
     */
    static LoadBalancer roundRobin() {
        return new Leaf("roundRobin", "one after the other", Set.of(), RotationPicker::even);
    }

    /**
     * Each instance with a chance in proportion to its weight, in constant time: by an array with an entry for each unit
     * of weight where the weights without their common factor are small (8 for each instance on average, 65,536 in
     * all), otherwise by Walker's alias method (1974).
     */
    static LoadBalancer weightedRandom() {
        return new Leaf(
                "weightedRandom", "each with a chance in proportion to its weight", Set.of(), WeightedRandomPicker::of);
    }

    /**
     * Each instance as often as its weight says, its turns spread evenly, in constant time. As nginx's smooth weighted
     * round robin where the weights without their common factor amount to 512 or less; otherwise, by the fractional
     * parts of n/φ (Kuipers and Niederreiter, 1974), as even within a few picks. Threads go round separately, so that
     * they don't contend.
     */
    static LoadBalancer weightedRoundRobin() {
        return new Leaf("weightedRoundRobin", "each as often as its weight says", Set.of(), WeightedRotation::of);
    }

    /**
     * The less loaded of two instances drawn in proportion to their weights (Mitzenmacher, 2001). The load is the calls
     * under way in proportion to the weight, and recent failures count as calls under way. Picks have to be closed.
     */
    static LoadBalancer leastLoaded() {
        return new Leaf(
                "leastLoaded",
                "of two drawn at random the one with fewer calls under way for its weight",
                Set.of(Statistic.IN_FLIGHT),
                LeastLoadedPicker::new);
    }

    /**
     * The quicker of two instances drawn in proportion to their weights: by average latency, which follows peaks at
     * once and fades over ten seconds, times the calls under way, as in Finagle's {@code PeakEwma}; and times more for
     * one that fails often, a hundred times for one that always does. Picks have to be reported and closed.
     */
    static LoadBalancer peakEwma() {
        return new Leaf(
                "peakEwma",
                "of two drawn at random the one with the lower latency times calls under way",
                Set.of(Statistic.LATENCY),
                PeakEwmaPicker::new);
    }

    /** {@link #consistentHash(double)} with a load factor of 1.25. */
    static LoadBalancer consistentHash() {
        return consistentHash(1.25);
    }

    /**
     * For each key the same instance ({@link Selector#pick(String)}), in proportion to weights up to at least 16 times
     * the average: multi-probe consistent hashing (Appleton and O'Reilly, 2015) with bounded loads (Mirrokni, Thorup
     * and Zadimoghaddam, 2016). When an instance comes, goes or changes its weight, only keys move that it gains or
     * loses. All clients that see the same instances agree. A pick takes 8 look-ups; a change costs one sort of 4
     * points for each instance.
     *
     * @param loadFactor how many times its share of the calls under way from this client an instance may have before
     *     its keys go elsewhere: above 1, by default 1.25. With infinity there is no bound, nothing is measured and
     *     picks need not be closed
     */
    static LoadBalancer consistentHash(double loadFactor) {
        if (!(loadFactor > 1)) {
            throw new IllegalArgumentException("loadFactor: " + loadFactor + " (expected: above 1)");
        }
        return new Leaf(
                "consistentHash",
                loadFactor == Double.POSITIVE_INFINITY
                        ? "the one nearest to the key on a ring"
                        : "the one nearest to the key on a ring with no more than " + loadFactor + " times its share",
                loadFactor == Double.POSITIVE_INFINITY
                        ? Set.of()
                        : Set.of(Statistic.IN_FLIGHT, Statistic.TOTAL_IN_FLIGHT),
                candidates -> new ConsistentHashPicker(candidates, loadFactor));
    }

    /**
     * Only instances that meet a condition.
     *
     * @param what the condition in words, for explanations and errors, such as {@code version=2}
     * @param condition called when a picker is made, not for each pick; always gives the same answer for the same
     *     instance
     */
    default LoadBalancer filter(String what, Predicate<? super Instance> condition) {
        return new Filtered(this, requireNonNull(what, "what"), requireNonNull(condition, "condition"), true);
    }

    /** As {@link #filter}, but all instances as long as none meets the condition. */
    default LoadBalancer prefer(String what, Predicate<? super Instance> condition) {
        return new Filtered(this, requireNonNull(what, "what"), requireNonNull(condition, "condition"), false);
    }

    /** Only instances of this version. */
    default LoadBalancer version(String version) {
        requireNonNull(version, "version");
        return filter("version=" + version, instance -> instance.version().equals(version));
    }

    /** Only instances with this entry in their metadata. */
    default LoadBalancer metadata(String key, String value) {
        requireNonNull(key, "key");
        requireNonNull(value, "value");
        return filter(
                key + "=" + value, instance -> value.equals(instance.metadata().get(key)));
    }

    /** {@link #preferZone(String, double)} for callers that come from all zones equally. */
    default LoadBalancer preferZone(String zone) {
        return new ZonePreferred(this, requireNonNull(zone, "zone"), 0);
    }

    /**
     * Instances of one zone as far as its capacity goes, and others for the rest. The capacity is the zone's part of
     * all weight; if it is less than the zone's part of all calls, what exceeds it goes to zones with more weight than
     * their own callers need. So one instance left in a zone gets no more than one anywhere else. (Envoy's zone-aware
     * routing, with shares given instead of observed.)
     *
     * @param zone the caller's own, as {@link Instance#zone()}; without effect if nobody is there
     * @param share what part of all calls to the service comes from callers in this zone: above 0, up to 1
     */
    default LoadBalancer preferZone(String zone, double share) {
        if (!(share > 0)) {
            throw new IllegalArgumentException("share: " + share + " (expected: above 0, up to 1)");
        }
        return new ZonePreferred(this, requireNonNull(zone, "zone"), share);
    }

    /**
     * A given share of the picks for instances of one version, however many they are, and the rest for all others.
     *
     * @param share 0 to 1
     */
    default LoadBalancer canary(String version, double share) {
        requireNonNull(version, "version");
        return canary("version=" + version, instance -> instance.version().equals(version), share);
    }

    /**
     * A given share of the picks for instances that meet a condition, however many they are, and the rest for all
     * others; without effect where all or none meet it. Picks by key stay with their side, and those that have seen the
     * canary stay with it as its share grows.
     *
     * @param what the condition in words, for explanations
     * @param condition as for {@link #filter}
     * @param share 0 to 1
     */
    default LoadBalancer canary(String what, Predicate<? super Instance> condition, double share) {
        return new Canary(this, requireNonNull(what, "what"), requireNonNull(condition, "condition"), share);
    }

    /**
     * Less for instances that came up while this selector was following them, growing evenly from a tenth to everything
     * over a time. Works with every balancer, also those that ignore weights; picks by key are not affected. Those
     * known from the start count as warm. (Envoy's slow start with aggression 1.)
     *
     * @param window how long an instance warms up: above 0, up to a day
     */
    default LoadBalancer slowStart(Duration window) {
        return new SlowStart(this, window);
    }

    /**
     * Leaves out for a while those instances that do much worse than the others, by the outcomes that are reported to
     * picks ({@link Pick#succeeded}, {@link Pick#failed}, {@link Pick#overloaded}). To be named after zones, canaries and
     * subsets, so that these see who is left; each place where it is named judges the instances that it is given there.
     * One that comes back counts as having just come up, for {@link #slowStart}. {@link Selector#explain} names the ejected
     * and says why.
     *
     * @param policy when to eject and for how long, such as {@link OutlierEjection#defaults()}
     */
    default LoadBalancer ejectOutliers(OutlierEjection policy) {
        return new Ejecting(this, requireNonNull(policy, "policy"));
    }

    /**
     * Only a few of many instances, so that not every client keeps connections to everybody: for each client those that
     * rendezvous hashing gives it (gRPC's proposal A68). One instance more or less changes at most one of the few.
     * Instances get clients as evenly as by chance; see {@link #subset(int, int)} for better.
     *
     * @param clientId tells this client from the others; the same after a restart for the same few
     * @param size how many: 1 or more. In small services that is everybody
     */
    default LoadBalancer subset(String clientId, int size) {
        return new Subset(this, size, new Subset.ByClientId(requireNonNull(clientId, "clientId")));
    }

    /**
     * As {@link #subset(String, int)}, exactly even, for clients that are numbered: deterministic subsetting ("Site
     * Reliability Engineering", ch. 20). When the service grows or shrinks by a whole subset, clients may be given
     * others altogether.
     *
     * @param clientIndex this client's number, 0 for the first, such as the ordinal of a StatefulSet's pod
     * @param size how many: 1 or more. In small services that is everybody
     */
    default LoadBalancer subset(int clientIndex, int size) {
        return new Subset(this, size, new Subset.ByClientIndex(clientIndex));
    }

    /**
     * The instance whose id the key is, if it can be chosen, and otherwise this balancer's choice: for sessions that
     * remember an id, in a cookie for instance. To be named before filters and zones, so that these apply to it too.
     * (For a client that keeps to one instance without remembering, see {@link #consistentHash()} with the client's
     * name as the key.)
     */
    default LoadBalancer sticky() {
        return new Sticky(this);
    }
}
