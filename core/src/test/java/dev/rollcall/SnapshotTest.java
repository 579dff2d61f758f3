package dev.rollcall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    @Property(tries = 300)
    void theDifferenceOfTwoLeadsFromOneToTheOther(
            @ForAll("instances") Map<String, Instance> before, @ForAll("instances") Map<String, Instance> after) {
        Changes changes = snapshot(after).since(snapshot(before));

        Map<String, Instance> applied = new TreeMap<>(before);
        changes.removed()
                .forEach(removed -> assertThat(applied.remove(removed.id())).isEqualTo(removed));
        changes.added()
                .forEach(added -> assertThat(applied.put(added.id(), added)).isNull());
        changes.changed().forEach(changed -> {
            assertThat(changed.before()).isNotEqualTo(changed.after());
            assertThat(applied.put(changed.after().id(), changed.after())).isEqualTo(changed.before());
        });
        assertThat(applied).isEqualTo(new TreeMap<>(after));
        assertThat(changes.isEmpty()).isEqualTo(before.equals(after));
    }

    @Property(tries = 300)
    void theDifferenceIsTheSmallest(
            @ForAll("instances") Map<String, Instance> before, @ForAll("instances") Map<String, Instance> after) {
        Changes changes = snapshot(after).since(snapshot(before));

        assertThat(changes.added())
                .extracting(Instance::id)
                .noneMatch(before::containsKey)
                .isSorted();
        assertThat(changes.removed())
                .extracting(Instance::id)
                .noneMatch(after::containsKey)
                .isSorted();
        assertThat(changes.changed())
                .extracting(changed -> changed.before().id())
                .allMatch(id -> before.containsKey(id) && after.containsKey(id))
                .isSorted();
        assertThat(snapshot(before).since(snapshot(after)).added()).isEqualTo(changes.removed());
    }

    @Property(tries = 300)
    void puttingInAndTakingOutIsWhatAMapDoes(
            @ForAll("instances") Map<String, Instance> known,
            @ForAll("instances") Map<String, Instance> puts,
            @ForAll("ids") Set<String> removals) {
        Snapshot snapshot = snapshot(known).with(puts, removals, Set.of());

        Map<String, Instance> expected = new TreeMap<>(known);
        expected.keySet().removeAll(removals);
        expected.putAll(puts);
        assertThat(snapshot).isEqualTo(snapshot(expected));
        assertThat(snapshot.instances()).containsExactlyElementsOf(expected.values());
        if (expected.equals(new TreeMap<>(known))) {
            assertThat(snapshot.since(snapshot(known)).isEmpty()).isTrue();
        }
    }

    @Property(tries = 200)
    void isTheSameInWhateverOrderTheInstancesCome(
            @ForAll("instances") Map<String, Instance> instances, @ForAll long seed) {
        List<Instance> shuffled = new ArrayList<>(instances.values());
        Collections.shuffle(shuffled, new Random(seed));

        Snapshot snapshot = Snapshot.of("orders", shuffled, Set.of());

        assertThat(snapshot).isEqualTo(snapshot(instances)).hasSameHashCodeAs(snapshot(instances));
        assertThat(snapshot.instances()).extracting(Instance::id).isSorted();
        instances.forEach((id, instance) -> assertThat(snapshot.find(id)).contains(instance));
        assertThat(snapshot.find("absent")).isEmpty();
    }

    @Test
    void instancesOfOneIdOrOfAnotherServiceAreRefused() {
        Instance one = Instance.of("orders", "http://h:1");
        assertThatThrownBy(() -> Snapshot.of("orders", List.of(one, one.withWeight(2)), Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(one.id());
        assertThatThrownBy(() -> Snapshot.of("users", List.of(one), Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("orders");
        assertThatThrownBy(() ->
                        Snapshot.of("users", List.of(), Set.of()).since(Snapshot.of("orders", List.of(), Set.of())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> Snapshot.of("orders", List.of(), Set.of()).with(Map.of("other", one), Set.of(), Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cannotBeChanged() {
        Set<String> held = new HashSet<>(Set.of("h:1"));
        Snapshot snapshot = Snapshot.of("orders", List.of(Instance.of("orders", "http://h:1")), held);
        held.clear();

        assertThat(snapshot.held()).containsExactly("h:1");
        assertThatThrownBy(() -> snapshot.instances().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> snapshot.instances().remove(0)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void whatIsHeldTellsTwoSnapshotsApart() {
        Snapshot none = Snapshot.of("orders", List.of(Instance.of("orders", "http://h:1")), Set.of());

        assertThat(none.with(Map.of(), Set.of(), Set.of("h:1"))).isNotEqualTo(none);
        assertThat(none.with(Map.of(), Set.of(), Set.of())).isSameAs(none);
    }

    @Provide
    Arbitrary<Set<String>> ids() {
        return Arbitraries.integers().between(0, 12).map(i -> "id-" + i).set().ofMaxSize(8);
    }

    @Provide
    Arbitrary<Map<String, Instance>> instances() {
        Arbitrary<Instance> instance = Combinators.combine(
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.integers().between(0, 2))
                .as((id, weight) ->
                        Instance.of("orders", "http://h:1").withId("id-" + id).withWeight(weight));
        return instance.list()
                .ofMaxSize(10)
                .uniqueElements(Instance::id)
                .map(list -> list.stream().collect(Collectors.toMap(Instance::id, Function.identity())));
    }

    private static Snapshot snapshot(Map<String, Instance> instances) {
        return Snapshot.of("orders", List.copyOf(instances.values()), Set.of());
    }
}
