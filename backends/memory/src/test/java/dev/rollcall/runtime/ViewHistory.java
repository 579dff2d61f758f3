package dev.rollcall.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Changes;
import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.tck.RecordedChanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All that a view ever showed, checked against the store's history as it comes. */
final class ViewHistory {
    private final ServiceView view;
    private final StoreHistory store;
    private final RecordedChanges changes = new RecordedChanges();
    private final Map<String, Integer> removals = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private long revision;
    private boolean known;

    ViewHistory(ServiceView view, StoreHistory store) {
        this.view = view;
        this.store = store;
        view.listen(Runnable::run, this::read);
        view.listenChanges(Runnable::run, this::changed);
    }

    ServiceView view() {
        return view;
    }

    RecordedChanges changes() {
        return changes;
    }

    /** What the view showed that it must not. */
    List<String> violations() {
        List<String> all = new ArrayList<>(violations);
        all.addAll(changes.faults());
        return all;
    }

    private void read(Reading<Snapshot> reading) {
        if (reading instanceof Reading.Pending) {
            check(!known, "G4: forgot what it knew");
        } else if (reading instanceof Reading.Fresh<Snapshot> fresh) {
            known = true;
            check(fresh.revision() >= revision || store.wasWiped(), "G5: went back to " + fresh.revision());
            revision = fresh.revision();
            List<Instance> stored = fresh.known().instances().stream()
                    .filter(instance -> !fresh.known().held().contains(instance.id()))
                    .toList();
            check(
                    store.was(view.service(), fresh.revision(), stored),
                    "G1, G5: shows what the store was not at revision " + fresh.revision() + ": " + stored);
        } else if (reading instanceof Reading.Stale<Snapshot> stale) {
            known = true;
            assertThat(stale.cause()).isNotNull();
        }
    }

    private void changed(Changes now) {
        changes.accept(now);
        for (Instance removed : now.removed()) {
            int count = removals.merge(removed.id(), 1, Integer::sum);
            check(
                    count <= store.removals(view.service(), removed.id()),
                    "G3, G4: removed " + removed.id() + " oftener than the store did");
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            violations.add(view.service() + ": " + otherwise);
        }
    }
}
