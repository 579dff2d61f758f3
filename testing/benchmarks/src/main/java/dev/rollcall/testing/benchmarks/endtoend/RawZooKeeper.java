package dev.rollcall.testing.benchmarks.endtoend;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/** ZooKeeper through its own asynchronous client. */
final class RawZooKeeper implements RawClient {
    private static final int MAX_IN_FLIGHT = 1_000;

    private final ZooKeeper zooKeeper;

    RawZooKeeper(String endpoint) {
        CountDownLatch connected = new CountDownLatch(1);
        try {
            zooKeeper = new ZooKeeper(endpoint, 30_000, event -> {
                if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                    connected.countDown();
                }
            });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        Waiting.untilOpen(connected);
    }

    @Override
    public CompletableFuture<?> put(String service, String id, int build) {
        byte[] json = json(service, id, build);
        CompletableFuture<Object> answer = new CompletableFuture<>();
        if (build > 0) {
            zooKeeper.setData(path(service, id), json, -1, (rc, path, context, stat) -> complete(answer, rc), null);
        } else {
            ensure("/services");
            ensure("/services/" + service);
            zooKeeper.create(
                    path(service, id),
                    json,
                    ZooDefs.Ids.OPEN_ACL_UNSAFE,
                    CreateMode.EPHEMERAL,
                    (rc, path, context, name) -> complete(answer, rc),
                    null);
        }
        return answer;
    }

    private volatile String ensured = "";

    private void ensure(String path) {
        if (ensured.startsWith(path)) {
            return;
        }
        try {
            zooKeeper.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException e) {
            ensured = path;
        } catch (KeeperException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        ensured = path;
    }

    @Override
    public CompletableFuture<?> delete(String service, String id) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        zooKeeper.delete(path(service, id), -1, (rc, path, context) -> complete(answer, rc), null);
        return answer;
    }

    @Override
    public AutoCloseable watch(String service, String id, Seen seen) {
        String watched = path(service, id);
        try {
            zooKeeper.addWatch(
                    watched,
                    event -> {
                        if (event.getType() == Watcher.Event.EventType.NodeDeleted) {
                            seen.build(GONE);
                        } else {
                            read(watched, seen);
                        }
                    },
                    AddWatchMode.PERSISTENT);
        } catch (KeeperException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return () -> {};
    }

    private void read(String path, Seen seen) {
        zooKeeper.getData(
                path,
                false,
                (rc, read, context, data, stat) -> {
                    if (rc == 0) {
                        seen.build(RawClient.build(data));
                    }
                },
                null);
    }

    @Override
    public int list(String service) {
        List<String> ids = children(service);
        Semaphore window = new Semaphore(MAX_IN_FLIGHT);
        AtomicInteger parsed = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(ids.size());
        for (String id : ids) {
            window.acquireUninterruptibly();
            zooKeeper.getData(
                    path(service, id),
                    false,
                    (rc, path, context, data, stat) -> {
                        window.release();
                        if (rc == 0) {
                            RawEtcd.parse(ByteString.copyFrom(data));
                            parsed.incrementAndGet();
                        }
                        done.countDown();
                    },
                    null);
        }
        Waiting.untilOpen(done);
        return parsed.get();
    }

    @Override
    public void clear(String service) {
        Waiting.all(children(service), MAX_IN_FLIGHT, id -> delete(service, id));
    }

    private List<String> children(String service) {
        try {
            return zooKeeper.getChildren("/services/" + service, false);
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        } catch (KeeperException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            zooKeeper.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void complete(CompletableFuture<Object> answer, int rc) {
        if (rc == 0) {
            answer.complete(rc);
        } else {
            answer.completeExceptionally(KeeperException.create(KeeperException.Code.get(rc)));
        }
    }

    private static String path(String service, String id) {
        return "/services/" + service + "/" + id;
    }

    /** Rollcall's own additions ride in the payload or beside it; a reader takes what it finds. */
    private static byte[] json(String service, String id, int build) {
        int colon = id.indexOf(':');
        String json = "{\"name\":\"" + service + "\",\"id\":\"" + id + "\",\"address\":\"" + id.substring(0, colon)
                + "\",\"port\":" + id.substring(colon + 1)
                + ",\"sslPort\":null,\"payload\":{\"id\":\"" + id + "\",\"name\":\"" + service
                + "\",\"metadata\":{\"build\":\"" + build
                + "\",\"protocol\":\"http\",\"team\":\"checkout\"}},\"registrationTimeUTC\":1700000000000,"
                + "\"serviceType\":\"DYNAMIC\",\"uriSpec\":null}";
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
