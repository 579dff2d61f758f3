package dev.rollcall.balance;

import java.util.function.LongSupplier;

/**
 * The same instance for the same key, as long as it has room: multi-probe consistent hashing (Appleton and O'Reilly,
 * 2015, arXiv 1505.00062) with bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2016, arXiv 1608.01350).
 *
 * <p>Each instance has {@value #POINTS} points on a ring and a key has {@value #PROBES}; it goes to the instance that
 * is the nearest to any of them, on either side, distances divided by weights. (The paper has one point, 21 probes and
 * one side, which keeps the largest share down but leaves some instances with next to none: of 1,000 equal ones the
 * shares were 0.01 to 1.14 times the average; so they are 0.65 to 1.20, and on a ring of 100 points each 0.58 to 1.41.)
 * A change costs one sort of {@value #POINTS} n points, a few milliseconds for 10,000 instances; a pick costs {@value
 * #PROBES} look-ups. When an instance comes, goes or changes its weight, only keys that it gains or loses move, as
 * nobody else's distances change.
 *
 * <p>An instance is full when it has its share of all calls under way times the load factor. A key whose instance is
 * full goes where it would go if the full ones were not there.
 */
final class ConsistentHashPicker implements Picker {
    private static final int POINTS = 4;
    private static final int PROBES = 8;
    private static final long STEP = 0x9e37_79b9_7f4a_7c15L;
    /** Heavier ones, in multiples of the average weight rounded up to a power of two, would make a pick long. */
    private static final int MAX_RELATIVE_WEIGHT = 16;

    private final Node[] nodes;
    private final HashRing ring;
    private final LongSupplier random;
    private final Meter meter;
    private final boolean bounded;
    /** What to multiply distances to each node with. */
    private final double[] burdens;

    private final double leastBurden;
    /** The part of all calls under way at which each node is full. */
    private final double[] limits;

    ConsistentHashPicker(Candidates candidates, double loadFactor) {
        nodes = candidates.considered();
        ring = new HashRing(nodes, POINTS);
        random = candidates.random();
        meter = candidates.meter();
        bounded = loadFactor < Double.POSITIVE_INFINITY;
        burdens = new double[nodes.length];
        limits = new double[nodes.length];
        Weights weights = Weights.of(nodes);
        long average = weights.total() / nodes.length;
        double heaviest = MAX_RELATIVE_WEIGHT * (double) Long.highestOneBit(Math.max(1, 2 * average - 1));
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < nodes.length; i++) {
            burdens[i] = 1 / Math.min(heaviest, weights.weight(i));
            limits[i] = loadFactor * weights.weight(i) / weights.total();
            least = Math.min(least, burdens[i]);
        }
        leastBurden = least;
    }

    @Override
    public Candidate pick() {
        return pick(random.getAsLong());
    }

    @Override
    public Candidate pick(long keyHash) {
        int nearest = nearest(keyHash, Double.NaN);
        if (bounded && nodes[nearest].tracker().inFlight() > 0) {
            double calls = meter.totalInFlight() + 1.0;
            if (isFull(nearest, calls)) {
                return nodes[nearest(keyHash, calls)];
            }
        }
        return nodes[nearest];
    }

    private boolean isFull(int node, double calls) {
        // A limit that is a whole number must not become the next one by rounding.
        return nodes[node].tracker().inFlight() >= Math.ceil(limits[node] * calls * (1 - 1e-12));
    }

    /**
     * Who is nearest to the key.
     *
     * @param calls how many are under way, counting this one, to pass over those that are full; not a number to take
     *     everybody
     */
    private int nearest(long keyHash, double calls) {
        double shortest = Double.POSITIVE_INFINITY;
        int nearest = -1;
        int size = ring.size();
        long probe = keyHash;
        for (int i = 0; i < PROBES; i++) {
            probe += STEP;
            long place = Hashing.mix(probe) >>> 1;
            int after = ring.successor(place);
            int before = after;
            boolean forward = true;
            boolean backward = true;
            // One step to either side at a time, until nobody further on can be nearer.
            for (int passed = 0; passed < size && (forward || backward); passed++) {
                long distance = ring.distanceTo(after, place);
                forward = forward && distance * leastBurden < shortest;
                if (forward && isNearer(ring.owner(after), distance, shortest, calls)) {
                    nearest = ring.owner(after);
                    shortest = distance * burdens[nearest];
                }
                after = after + 1 == size ? 0 : after + 1;
                before = before == 0 ? size - 1 : before - 1;
                distance = ring.distanceFrom(before, place);
                backward = backward && distance * leastBurden < shortest;
                if (backward && isNearer(ring.owner(before), distance, shortest, calls)) {
                    nearest = ring.owner(before);
                    shortest = distance * burdens[nearest];
                }
            }
        }
        // Everybody is full only when calls ended or began meanwhile.
        return nearest >= 0 ? nearest : nearest(keyHash, Double.NaN);
    }

    private boolean isNearer(int node, long distance, double shortest, double calls) {
        return distance * burdens[node] < shortest && (Double.isNaN(calls) || !isFull(node, calls));
    }
}
