package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Test;

/** Many instances. What it takes is printed where {@code rollcall.test.figures} is set; the benchmarks judge it. */
class ScaleTest extends RealServerTest {
    private static final boolean FIGURES = Boolean.getBoolean("rollcall.test.figures");
    private static final int REGISTRATIONS = 10_000;
    private static final int INSTANCES = 100_000;
    private static final int PIPELINED = 128;
    private static final int BATCH = 500;

    ScaleTest() {
        super(1);
    }

    @Test
    void tenThousandRegistrationsShareOneSessionAndOneDeletionAmongThemIsNoticed() {
        Client client = client(store.directUri(), Duration.ofSeconds(10));
        RecordedLosses losses = new RecordedLosses();
        List<Publication> publications = new ArrayList<>();
        client.publish(Instance.of("orders", "http://10.0.0.1:1").withId("warm-up"));
        int threads = Thread.activeCount();
        if (FIGURES) {
            createRaw();
        }

        long start = System.nanoTime();
        pipelined(REGISTRATIONS, i -> {
            Instance instance = Instance.of("orders", "http://10.0.0.1:" + (i + 1));
            Publication publication = client.backend().publish("orders", instance.id(), losses);
            publications.add(publication);
            return publication.put(instance).toCompletableFuture();
        });
        figure("registrations", REGISTRATIONS, start);

        assertThat(Thread.activeCount()).isEqualTo(threads);
        assertThat(store.ids("orders")).hasSize(REGISTRATIONS + 1);
        store.delete("orders", "10.0.0.1:5000");
        eventually().until(() -> losses.told().size() == 1);

        start = System.nanoTime();
        pipelined(REGISTRATIONS, i -> publications.get(i).remove().toCompletableFuture());
        figure("removals", REGISTRATIONS, start);
        assertThat(store.ids("orders")).containsExactly("warm-up");
        assertThat(losses.told()).hasSize(1);
    }

    @Test
    void aHundredThousandInstancesAreListedAndFollowed() {
        InstanceWriter writer = new InstanceWriter(Payload.NONE);
        store.admin().write(store.root() + "/orders", new byte[0], CreateMode.PERSISTENT);
        fill(writer);
        long start = System.nanoTime();
        readRaw();
        figure("raw reads", INSTANCES, start);

        start = System.nanoTime();
        RecordedInstances seen =
                client(store.directUri(), Duration.ofSeconds(30)).watch("orders");
        eventually().until(() -> seen.snapshots() == 1);
        figure("listed", INSTANCES, start);
        assertThat(seen.ids()).hasSize(INSTANCES);

        Instance changed = instance(77_777).withWeight(9);
        store.admin().write(node("orders", changed.id()), writer.write(changed, 1), CreateMode.PERSISTENT);
        eventually().until(() -> seen.instance(changed.id()).weight() == 9);
        assertThat(seen.puts()).isEqualTo(1);
    }

    private void fill(InstanceWriter writer) {
        store.admin().ask(zooKeeper -> {
            for (int i = 0; i < INSTANCES; i += BATCH) {
                List<Op> creations = new ArrayList<>();
                for (int j = i; j < i + BATCH; j++) {
                    creations.add(Op.create(
                            node("orders", instance(j).id()),
                            writer.write(instance(j), 1),
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT));
                }
                zooKeeper.multi(creations);
            }
            return "";
        });
    }

    /** What registering costs a client that only creates nodes, pipelined. */
    private void createRaw() {
        InstanceWriter writer = new InstanceWriter(Payload.NONE);
        store.admin().ask(zooKeeper -> {
            Semaphore window = new Semaphore(PIPELINED);
            CountDownLatch done = new CountDownLatch(REGISTRATIONS);
            long start = System.nanoTime();
            for (int i = 0; i < REGISTRATIONS; i++) {
                Instance instance = Instance.of("orders", "http://10.0.0.2:" + (i + 1));
                window.acquire();
                zooKeeper.create(
                        node("orders", instance.id()),
                        writer.write(instance, 1),
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.EPHEMERAL,
                        (rc, path, context, name) -> {
                            window.release();
                            done.countDown();
                        },
                        null);
            }
            done.await();
            figure("raw creations", REGISTRATIONS, start);
            return "";
        });
        store.admin().close();
    }

    /** What a list costs a client that reads the names and then, pipelined, each node. */
    private void readRaw() {
        InstanceReader reader = new InstanceReader(new Interner());
        store.admin().ask(zooKeeper -> {
            Semaphore window = new Semaphore(PIPELINED);
            CountDownLatch done = new CountDownLatch(INSTANCES);
            for (int i = 0; i < INSTANCES; i++) {
                String id = instance(i).id();
                window.acquire();
                zooKeeper.getData(
                        node("orders", id),
                        false,
                        (rc, path, context, data, stat) -> {
                            try {
                                reader.read("orders", id, data);
                            } catch (InstanceReader.MalformedException e) {
                                throw new AssertionError(e);
                            }
                            window.release();
                            done.countDown();
                        },
                        null);
            }
            return done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        });
    }

    private static Instance instance(int i) {
        return Instance.of("orders", "http://10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255) + ":8080")
                .withZone("zone-" + i % 3)
                .withMetadata("version", "1." + i % 10);
    }

    private interface Request {
        CompletableFuture<Void> begin(int i);
    }

    private static void pipelined(int count, Request request) {
        Semaphore window = new Semaphore(PIPELINED);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            window.acquireUninterruptibly();
            all.add(request.begin(i).whenComplete((done, failure) -> window.release()));
        }
        assertThat(CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])))
                .succeedsWithin(PATIENCE);
    }

    private static void figure(String what, int count, long start) {
        if (FIGURES) {
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf("%s: %d in %.2f s, %.0f/s%n", what, count, seconds, count / seconds);
        }
    }
}
