package dev.rollcall.runtime;

import dev.rollcall.Instance;
import dev.rollcall.memory.StoreEvent;
import dev.rollcall.memory.StoreEvent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** All that ever happened in a store, and what each service was at each revision. */
final class StoreHistory implements Consumer<StoreEvent> {
    private final List<StoreEvent> events = new ArrayList<>();
    /** By service, for each time that the store began to count its revisions. */
    private final List<Map<String, List<StoreEvent>>> incarnations = new ArrayList<>();

    StoreHistory() {
        wiped();
    }

    /** From now on the store counts its revisions from the start. */
    void wiped() {
        incarnations.add(new HashMap<>());
    }

    boolean wasWiped() {
        return incarnations.size() > 1;
    }

    @Override
    public void accept(StoreEvent event) {
        events.add(event);
        incarnations
                .get(incarnations.size() - 1)
                .computeIfAbsent(event.entry().service(), name -> new ArrayList<>())
                .add(event);
    }

    List<StoreEvent> events() {
        return events;
    }

    /** How often an instance has gone so far; garbage in its place takes it away, too. */
    long removals(String service, String id) {
        return incarnations.stream()
                .flatMap(services -> services.getOrDefault(service, List.of()).stream())
                .filter(event -> event.entry().id().equals(id) && !isInstance(event))
                .count();
    }

    /** Whether a service ever was exactly this at this revision. */
    boolean was(String service, long revision, List<Instance> instances) {
        return incarnations.stream()
                .map(services -> services.getOrDefault(service, List.of()))
                .anyMatch(history -> at(revision, history).equals(instances));
    }

    private static List<Instance> at(long revision, List<StoreEvent> history) {
        Map<String, Instance> instances = new TreeMap<>();
        for (StoreEvent event : history) {
            if (event.revision() > revision) {
                break;
            }
            instances.remove(event.entry().id());
            if (isInstance(event)) {
                event.entry().instance().ifPresent(instance -> instances.put(instance.id(), instance));
            }
        }
        return List.copyOf(instances.values());
    }

    private static boolean isInstance(StoreEvent event) {
        return event.kind() == Kind.PUT && event.entry().instance().isPresent();
    }
}
