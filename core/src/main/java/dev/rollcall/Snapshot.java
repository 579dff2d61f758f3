package dev.rollcall;

import static java.util.Objects.requireNonNull;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A service's instances at one moment, in the order of their ids. Immutable. */
public final class Snapshot {
    private static final Comparator<Instance> BY_ID = Comparator.comparing(Instance::id);

    private final String service;
    private final Instance[] byId;
    private final List<Instance> instances;
    private final Set<String> held;

    private Snapshot(String service, Instance[] byId, Set<String> held) {
        this.service = service;
        this.byId = byId;
        this.instances = new InstanceList(byId);
        this.held = held;
    }

    /**
     * A snapshot of the given instances.
     *
     * @param instances in any order, their ids distinct, all of the service
     * @param held ids of those that the store no longer has; see {@link #held()}
     */
    public static Snapshot of(String service, List<Instance> instances, Set<String> held) {
        requireNonNull(service, "service");
        Instance[] byId = instances.toArray(new Instance[0]);
        boolean sorted = true;
        for (int i = 0; i < byId.length; i++) {
            if (!byId[i].service().equals(service)) {
                throw new IllegalArgumentException("instance of " + byId[i].service() + " in a snapshot of " + service);
            }
            sorted &= i == 0 || byId[i - 1].id().compareTo(byId[i].id()) < 0;
        }
        if (!sorted) {
            Arrays.sort(byId, BY_ID);
            for (int i = 1; i < byId.length; i++) {
                if (byId[i - 1].id().equals(byId[i].id())) {
                    throw new IllegalArgumentException("two instances of " + service + " have the id " + byId[i].id());
                }
            }
        }
        return new Snapshot(service, byId, Set.copyOf(held));
    }

    /** The service's name. */
    public String service() {
        return service;
    }

    /** All instances in the order of their ids; unmodifiable, constant-time access by index. */
    public List<Instance> instances() {
        return instances;
    }

    /** The instance with this id. Takes time logarithmic in the number of instances. */
    public Optional<Instance> find(String id) {
        int index = indexOf(id);
        return index < 0 ? Optional.empty() : Optional.of(byId[index]);
    }

    /** The index of an id, or where it would stand as {@link Arrays#binarySearch} tells it. */
    private int indexOf(String id) {
        int low = 0;
        int high = byId.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = byId[middle].id().compareTo(id);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -(low + 1);
    }

    /**
     * The ids of instances that vanished from the store together with many others, and that are kept for a while in case
     * it was the store that lost them. See {@link LossProtection}.
     */
    public Set<String> held() {
        return held;
    }

    /**
     * This snapshot with some instances put in, in place of those with the same id, and some taken out. Costs a copy of one
     * reference per instance, and a logarithmic search per change; what changes nothing costs no copy and returns this.
     *
     * @param puts instances of this service by their id
     * @param removals ids to take out; those that are not in here, or that are in {@code puts}, are passed over
     * @param held as in {@link #of}
     */
    public Snapshot with(Map<String, Instance> puts, Set<String> removals, Set<String> held) {
        TreeMap<String, Optional<Instance>> changes = new TreeMap<>();
        removals.stream().filter(id -> indexOf(id) >= 0).forEach(id -> changes.put(id, Optional.empty()));
        puts.forEach((id, instance) -> {
            if (instance.equals(find(id).orElse(null))) {
                changes.remove(id);
            } else {
                changes.put(id, Optional.of(instance));
            }
        });
        if (changes.isEmpty() && held.equals(this.held)) {
            return this;
        }
        Instance[] merged = new Instance[byId.length + puts.size()];
        int from = 0;
        int size = 0;
        for (Map.Entry<String, Optional<Instance>> change : changes.entrySet()) {
            int index = indexOf(change.getKey());
            int until = index < 0 ? -index - 1 : index;
            System.arraycopy(byId, from, merged, size, until - from);
            size += until - from;
            from = index < 0 ? until : until + 1;
            if (change.getValue().isPresent()) {
                Instance instance = change.getValue().get();
                if (!instance.service().equals(service) || !instance.id().equals(change.getKey())) {
                    throw new IllegalArgumentException(
                            instance.service() + "/" + instance.id() + " put into " + service + "/" + change.getKey());
                }
                merged[size++] = instance;
            }
        }
        System.arraycopy(byId, from, merged, size, byId.length - from);
        size += byId.length - from;
        return new Snapshot(service, size == merged.length ? merged : Arrays.copyOf(merged, size), Set.copyOf(held));
    }

    /** What changed from an earlier snapshot of the same service to this one. Takes time linear in both. */
    public Changes since(Snapshot earlier) {
        return Changes.between(earlier, this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Snapshot that
                && service.equals(that.service)
                && held.equals(that.held)
                && Arrays.equals(byId, that.byId);
    }

    @Override
    public int hashCode() {
        return 31 * service.hashCode() + Arrays.hashCode(byId);
    }

    @Override
    public String toString() {
        return service + instances;
    }

    private static final class InstanceList extends AbstractList<Instance> implements RandomAccess {
        private final Instance[] elements;

        InstanceList(Instance[] elements) {
            this.elements = elements;
        }

        @Override
        public Instance get(int index) {
            return elements[index];
        }

        @Override
        public int size() {
            return elements.length;
        }
    }
}
