package dev.rollcall.runtime;

import dev.rollcall.Instance;
import dev.rollcall.memory.StoreEvent;
import dev.rollcall.memory.StoreEvent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** All that ever happened in a store, and what each service was at each revision. */
final class StoreHistory implements Consumer<StoreEvent> {
    private final List<StoreEvent> events = new ArrayList<>();
    private final List<Map<String, NavigableMap<Long, Map<String, Instance>>>> incarnations = new ArrayList<>();

    StoreHistory() {
        incarnations.add(new HashMap<>());
    }

    /** From now on the store counts its revisions from the start. */
    void wiped() {
        incarnations.add(new HashMap<>());
    }

    @Override
    public void accept(StoreEvent event) {
        events.add(event);
        NavigableMap<Long, Map<String, Instance>> service = incarnations
                .get(incarnations.size() - 1)
                .computeIfAbsent(event.entry().service(), name -> new TreeMap<>(Map.of(0L, Map.of())));
        Map<String, Instance> now = new TreeMap<>(service.lastEntry().getValue());
        now.remove(event.entry().id());
        if (event.kind() == Kind.PUT) {
            event.entry().instance().ifPresent(instance -> now.put(instance.id(), instance));
        }
        service.put(event.revision(), now);
    }

    List<StoreEvent> events() {
        return events;
    }

    /** How often an entry has gone so far, garbage in its place included. */
    long removals(String service, String id) {
        return events.stream()
                .filter(event -> event.entry().service().equals(service)
                        && event.entry().id().equals(id)
                        && (event.kind() != Kind.PUT || event.entry().instance().isEmpty()))
                .count();
    }

    /** Whether a service ever was exactly this at this revision. A store that was wiped counts its revisions again. */
    boolean was(String service, long revision, List<Instance> instances) {
        return incarnations.stream()
                .map(services -> services.getOrDefault(service, new TreeMap<>(Map.of(0L, Map.of()))))
                .map(revisions -> revisions.floorEntry(revision))
                .anyMatch(state -> List.copyOf(state.getValue().values()).equals(instances));
    }

    boolean wasWiped() {
        return incarnations.size() > 1;
    }
}
