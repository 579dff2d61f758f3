package dev.rollcall.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergedInstancesTest {
    private final Recorded seen = new Recorded();
    private final Layouts layouts = new Layouts("native", "kratos", "go-micro");

    /** Layouts whose reports a test gives by hand. */
    private static final class Layouts {
        final List<String> names;
        final List<InstanceSink> sinks = new ArrayList<>();
        final List<String> closed = new ArrayList<>();

        Layouts(String... names) {
            this.names = List.of(names);
        }

        List<LayoutSource<InstanceSink>> sources() {
            return names.stream()
                    .map(name -> new LayoutSource<InstanceSink>(name, sink -> {
                        sinks.add(sink);
                        return () -> closed.add(name);
                    }))
                    .toList();
        }

        InstanceSink get(int number) {
            return sinks.get(number);
        }
    }

    private static Instance instance(String id, int port) {
        return Instance.of("orders", "10.0.0.1:" + port).withId(id);
    }

    private static Instance from(String layout, Instance instance) {
        return instance.withMetadata(Origin.KEY, layout);
    }

    private static StoreException outage(String cause) {
        return new StoreException(StoreException.Kind.UNAVAILABLE, cause);
    }

    private void startedWith(List<Instance> first, List<Instance> second, List<Instance> third) {
        MergedInstances.watch(layouts.sources(), seen);
        layouts.get(0).snapshot(first, 1);
        layouts.get(1).snapshot(second, 2);
        layouts.get(2).snapshot(third, 3);
    }

    @Test
    void waitsForEveryLayoutsFirstList() {
        MergedInstances.watch(layouts.sources(), seen);

        layouts.get(2).snapshot(List.of(instance("c", 3)), 7);
        layouts.get(0).snapshot(List.of(instance("a", 1)), 6);
        layouts.get(0).changed(List.of(new Change.Put(instance("b", 2))), 9);
        assertThat(seen.log).isEmpty();
        layouts.get(1).snapshot(List.of(), 8);

        assertThat(seen.log).containsExactly("snapshot [a, b, c]");
        assertThat(seen.revision).isEqualTo(9);
        assertThat(seen.known)
                .containsEntry("a", from("native", instance("a", 1)))
                .containsEntry("c", from("go-micro", instance("c", 3)));
    }

    @Test
    void theWrittenLayoutsInstanceHidesAnotherOfItsId() {
        startedWith(List.of(), List.of(instance("a", 2)), List.of(instance("a", 3)));
        assertThat(seen.known).containsEntry("a", from("kratos", instance("a", 2)));

        layouts.get(0).changed(List.of(new Change.Put(instance("a", 1))), 4);
        assertThat(seen.known).containsEntry("a", from("native", instance("a", 1)));
        layouts.get(1).changed(List.of(new Change.Put(instance("a", 4))), 5);
        layouts.get(2).changed(List.of(new Change.Removed("a", true)), 6);
        assertThat(seen.known).containsEntry("a", from("native", instance("a", 1)));
        layouts.get(0).changed(List.of(new Change.Removed("a", true)), 7);

        assertThat(seen.known).containsEntry("a", from("kratos", instance("a", 4)));
        assertThat(seen.log).containsExactly("snapshot [a]", "put a", "put a");
    }

    @Test
    void anOutageOfOneIsTheWholesUntilAllAreBack() {
        startedWith(List.of(instance("a", 1)), List.of(instance("b", 2)), List.of());
        seen.log.clear();

        layouts.get(0).interrupted(outage("first"));
        layouts.get(1).interrupted(outage("second"));
        layouts.get(1).snapshot(List.of(instance("c", 3)), 9);
        layouts.get(2).changed(List.of(new Change.Put(instance("d", 4))), 10);
        layouts.get(0).resumed();

        assertThat(seen.log)
                .containsExactly(
                        "interrupted first",
                        "interrupted second",
                        "interrupted first",
                        "removed b",
                        "put c",
                        "put d",
                        "snapshot [a, c, d]");
    }

    @Test
    void anEntryThatNobodyCanReadIsPassedOn() {
        startedWith(List.of(), List.of(), List.of());
        layouts.get(1).undecodable("/microservices/orders/x", "not JSON");

        assertThat(seen.log).contains("undecodable /microservices/orders/x: not JSON");
    }

    @Test
    void closingEndsAllOfThemAndIsFinal() {
        Backend.Watch watch = MergedInstances.watch(layouts.sources(), seen);
        watch.close();
        layouts.sinks.forEach(sink -> sink.snapshot(List.of(), 1));

        assertThat(layouts.closed).containsExactly("native", "kratos", "go-micro");
        assertThat(seen.log).isEmpty();
    }

    @Test
    void whenOneCantBeFollowedNoneIs() {
        List<LayoutSource<InstanceSink>> sources = new ArrayList<>(layouts.sources());
        sources.add(new LayoutSource<>("broken", sink -> {
            throw new IllegalStateException("broken");
        }));

        assertThatThrownBy(() -> MergedInstances.watch(sources, seen)).hasMessage("broken");
        assertThat(layouts.closed).containsExactly("native", "kratos", "go-micro");
    }

    @Test
    void oneAloneIsFollowedAsItIs() {
        Layouts one = new Layouts("kratos");
        MergedInstances.watch(one.sources(), seen);

        assertThat(one.get(0)).isSameAs(seen);
    }

    /** Whatever the layouts do, what is seen is the union, at every moment, and nothing that is there before and after goes in between. */
    @Property(tries = 200)
    void isTheUnionAtEveryMoment(@ForAll @Size(max = 60) List<@IntRange(max = 1_000_000) Integer> steps) {
        Recorded view = new Recorded();
        Layouts three = new Layouts("native", "kratos", "go-micro");
        MergedInstances.watch(three.sources(), view);
        List<Model> models = List.of(new Model("native"), new Model("kratos"), new Model("go-micro"));
        long revision = 0;
        for (int step : steps) {
            int which = step % 3;
            Map<String, Instance> before = union(models);
            view.log.clear();
            models.get(which).step(new Random(step), three.get(which), ++revision);
            Map<String, Instance> after = union(models);

            boolean all = models.stream().allMatch(model -> model.listed);
            boolean heard = all && models.stream().allMatch(model -> model.cause == null);
            assertThat(view.violations).isEmpty();
            if (view.started) {
                assertThat(view.known).isEqualTo(after);
                assertThat(view.interruption == null).isEqualTo(heard);
            } else {
                assertThat(heard).as("started as soon as all are heard").isFalse();
            }
            before.keySet().retainAll(after.keySet());
            before.keySet().forEach(id -> assertThat(view.log).doesNotContain("removed " + id));
        }
    }

    private static Map<String, Instance> union(List<Model> models) {
        Map<String, Instance> union = new TreeMap<>();
        models.forEach(model -> model.known.forEach((id, it) -> union.putIfAbsent(id, from(model.layout, it))));
        return union;
    }

    /** One layout as its backend would report it. */
    private static final class Model {
        final String layout;
        final Map<String, Instance> known = new HashMap<>();
        boolean listed;

        @Nullable
        StoreException cause;

        Model(String layout) {
            this.layout = layout;
        }

        void step(Random random, InstanceSink sink, long revision) {
            int kind = random.nextInt(10);
            if (kind == 0) {
                cause = outage(layout + revision);
                sink.interrupted(cause);
            } else if (listed && cause != null && kind < 4) {
                cause = null;
                sink.resumed();
            } else if (!listed || kind == 4) {
                known.clear();
                random.ints(3, 0, 5).forEach(id -> known.put("i" + id, instance("i" + id, 1 + random.nextInt(3))));
                listed = true;
                cause = null;
                sink.snapshot(List.copyOf(known.values()), revision);
            } else {
                sink.changed(List.of(change(random)), revision);
            }
        }

        private Change change(Random random) {
            String id = "i" + random.nextInt(5);
            if (random.nextBoolean()) {
                known.remove(id);
                return new Change.Removed(id, random.nextBoolean());
            }
            known.put(id, instance(id, 1 + random.nextInt(3)));
            return new Change.Put(known.get(id));
        }
    }

    @Test
    void reportsSeriallyWhatComesFromManyThreads() throws InterruptedException {
        startedWith(List.of(), List.of(), List.of());
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            InstanceSink sink = layouts.get(i);
            String id = "id" + i;
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int n = 1; n <= 20_000; n++) {
                    sink.changed(List.of(new Change.Put(instance(id, 1 + n % 60_000))), 10 + n);
                }
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(seen.violations).isEmpty();
        assertThat(seen.known)
                .hasSize(3)
                .allSatisfy((id, it) -> assertThat(it.endpoint().port()).isEqualTo(20_001));
        assertThat(seen.log).hasSize(1 + 3 * 20_000);
    }
}
