package dev.rollcall.zookeeper;

import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.HostProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * Opens the handles that Curator asks for, and shows each one's life to the {@link Connection} before Curator sees it.
 *
 * <p>Curator, and the handle itself, give a session up after a while without contact. That is a guess: only a server knows. So the
 * next handle asks for the same session again, unless a server has said that it is over. If the session lives, then
 * everything that it holds does, and nothing changes on the wire. And a new handle carries no memory of how far it had read, which a store
 * that lost its data would hold against it for ever.
 */
final class SessionFactory implements ZookeeperFactory {

    /** Sees what becomes of a handle, on its event thread and before the handle's replies of that time. */
    interface Observer extends BiConsumer<Session, WatchedEvent> {}

    private final Supplier<HostProvider> servers;
    private final ZKClientConfig configuration;
    private final Optional<StoreUri.Credentials> credentials;
    private final LongSupplier nanoTime;
    private final Observer observer;
    private @Nullable Session latest;

    /** @throws IllegalArgumentException if the password is in a file that can't be read */
    SessionFactory(
            Supplier<HostProvider> servers,
            ZKClientConfig configuration,
            Optional<StoreUri.Credentials> credentials,
            LongSupplier nanoTime,
            Observer observer) {
        this.servers = servers;
        this.configuration = configuration;
        this.credentials = credentials;
        this.nanoTime = nanoTime;
        this.observer = observer;
        try {
            credentials.ifPresent(SessionFactory::digest);
        } catch (UncheckedIOException e) {
            throw new IllegalArgumentException("registry parameter passwordFile: " + e.getMessage(), e);
        }
    }

    @Override
    public ZooKeeper newZooKeeper(
            String connectString,
            int sessionTimeoutMillis,
            Watcher watcher,
            boolean canBeReadOnly,
            ZKClientConfig ignored)
            throws IOException {
        return newZooKeeper(connectString, sessionTimeoutMillis, watcher, canBeReadOnly);
    }

    @Override
    public synchronized ZooKeeper newZooKeeper(
            String connectString, int sessionTimeoutMillis, Watcher watcher, boolean canBeReadOnly) throws IOException {
        Optional<byte[]> digest = credentials.map(SessionFactory::digest);
        Session before = latest;
        HandleWatcher events = new HandleWatcher(watcher, sessionTimeoutMillis);
        ZooKeeper handle = before == null || before.isOver() || before.id() == 0
                ? new ZooKeeper(connectString, sessionTimeoutMillis, events, false, servers.get(), configuration)
                : new ZooKeeper(
                        connectString,
                        sessionTimeoutMillis,
                        events,
                        before.id(),
                        before.password(),
                        false,
                        servers.get(),
                        configuration);
        digest.ifPresent(given -> handle.addAuthInfo("digest", given));
        Session session = new Session(handle, nanoTime.getAsLong());
        latest = session;
        events.begin(session);
        return handle;
    }

    static byte[] digest(StoreUri.Credentials given) {
        String password = given.password();
        if (given.inFile()) {
            try {
                password = Files.readString(Path.of(password)).strip();
            } catch (IOException e) {
                throw new UncheckedIOException("the password file " + password + " can't be read", e);
            }
        }
        return (given.user() + ":" + password).getBytes(StandardCharsets.UTF_8);
    }

    /** Passes on a handle's events, those that come before the handle is known included. */
    private final class HandleWatcher implements Watcher {
        private final Watcher curator;
        private final long ttlNanos;
        private final CountDownLatch known = new CountDownLatch(1);
        private volatile @Nullable Session session;

        HandleWatcher(Watcher curator, int sessionTimeoutMillis) {
            this.curator = curator;
            this.ttlNanos = TimeUnit.MILLISECONDS.toNanos(sessionTimeoutMillis);
        }

        void begin(Session opened) {
            session = opened;
            known.countDown();
        }

        @Override
        public void process(WatchedEvent event) {
            try {
                known.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            Session opened = session;
            if (opened != null && event.getType() == Event.EventType.None) {
                if (event.getState() == Event.KeeperState.Expired) {
                    opened.markEnded(nanoTime.getAsLong(), ttlNanos);
                }
                observer.accept(opened, event);
            }
            curator.process(event);
        }
    }
}
