package dev.rollcall.zookeeper;

import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.StaticHostProvider;
import org.apache.zookeeper.client.ZKClientConfig;

/** Opens a session with one server and no other. */
final class CheckupHandle {
    private static final Duration SESSION = Duration.ofSeconds(10);

    private CheckupHandle() {}

    /** A connected handle; nothing if there is no answer in time. */
    static Optional<ZooKeeper> connect(
            InetSocketAddress server, StoreUri uri, ZKClientConfig configuration, Duration timeout)
            throws InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper handle;
        try {
            handle = new ZooKeeper(
                    server.getHostString() + ":" + server.getPort(),
                    (int) SESSION.toMillis(),
                    event -> {
                        if (event.getState() == KeeperState.SyncConnected) {
                            connected.countDown();
                        }
                    },
                    false,
                    new StaticHostProvider(List.of(server)),
                    configuration);
        } catch (IOException e) {
            return Optional.empty();
        }
        uri.credentials().map(SessionFactory::digest).ifPresent(digest -> handle.addAuthInfo("digest", digest));
        if (connected.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            return Optional.of(handle);
        }
        handle.close((int) timeout.toMillis());
        return Optional.empty();
    }
}
