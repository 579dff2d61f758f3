package dev.rollcall.balance;

import dev.rollcall.Instance;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Another balancer over a few of many instances, always the same few as far as they stay. */
record Subset(LoadBalancer inner, int size, Choice choice) implements LoadBalancer {

    Subset {
        if (size < 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: 1 or more)");
        }
    }

    /** Which instances belong to a client. */
    sealed interface Choice permits ByClientId, ByClientIndex {

        /** How the instances are put in order. */
        long seed(int instances, int size);

        /** Where in that order the client's begin. */
        int start(int instances, int size);
    }

    /**
     * The lowest of a client's own order (rendezvous hashing, Thaler and Ravishankar, 1998, as in gRPC's proposal A68):
     * when one instance comes or goes, at most one of the subset changes; each instance gets about as many clients as
     * any other.
     */
    record ByClientId(String clientId) implements Choice {
        @Override
        public long seed(int instances, int size) {
            return Hashing.of(clientId);
        }

        @Override
        public int start(int instances, int size) {
            return 0;
        }

        @Override
        public String toString() {
            return "client " + clientId;
        }
    }

    /**
     * A slice of an order that a whole round of clients shares ("Site Reliability Engineering", ch. 20, "deterministic
     * subsetting", with the shuffle replaced by an order of hashes, which one instance more or less hardly changes):
     * each round of clients spreads over all instances without overlap.
     */
    record ByClientIndex(int clientIndex) implements Choice {
        ByClientIndex {
            if (clientIndex < 0) {
                throw new IllegalArgumentException("clientIndex: " + clientIndex + " (expected: 0 or more)");
            }
        }

        @Override
        public long seed(int instances, int size) {
            return Hashing.mix(clientIndex / (instances / size));
        }

        @Override
        public int start(int instances, int size) {
            return clientIndex % (instances / size) * size;
        }

        @Override
        public String toString() {
            return "client " + clientIndex;
        }
    }

    @Override
    public Picker picker(Candidates candidates) {
        Node[] nodes = candidates.nodes();
        if (nodes.length <= size) {
            return inner.picker(candidates);
        }
        long seed = choice.seed(nodes.length, size);
        ToLongFunction<Instance> place = instance -> Hashing.mix(Hashing.of(instance.id()) ^ seed);
        long[] places = new long[nodes.length];
        Arrays.setAll(places, i -> place.applyAsLong(nodes[i].instance()));
        Arrays.sort(places);
        int start = choice.start(nodes.length, size);
        long first = places[start];
        long last = places[start + size - 1];
        Predicate<Instance> chosen = instance -> {
            long at = place.applyAsLong(instance);
            return at >= first && at <= last;
        };
        return candidates
                .where("in the subset of " + size + " for " + choice, chosen)
                .picker(inner);
    }

    @Override
    public Set<Statistic> needs() {
        return inner.needs();
    }

    @Override
    public String toString() {
        return inner + ".subset(" + choice + ", " + size + ")";
    }
}
