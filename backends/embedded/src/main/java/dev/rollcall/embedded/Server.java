package dev.rollcall.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ZooKeeper's own embedded server, with what it needs to be a good guest: daemon threads only, no web server, files that don't grow for ever.
 * Thread-safe.
 */
final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);
    private static final int TICK_MILLIS = 500;
    private static final long MIN_SESSION_MILLIS = Duration.ofSeconds(1).toMillis();
    private static final long MAX_SESSION_MILLIS = Duration.ofHours(1).toMillis();
    private static final long START_MILLIS = Duration.ofSeconds(30).toMillis();
    /** What a log file grows by; ZooKeeper's default, 64 MiB, is for disks of its own. */
    private static final long PREALLOCATED_BYTES = 64 << 10;

    private static final int MAX_CONNECTIONS = 100_000;
    private static final long PURGE_MILLIS = Duration.ofHours(1).toMillis();

    private final ZooKeeperServerEmbedded zooKeeper;
    private final ServerDirectory directory;
    private final String host;
    private final Timer purging;

    private Server(ZooKeeperServerEmbedded zooKeeper, ServerDirectory directory, String host) {
        this.zooKeeper = zooKeeper;
        this.directory = directory;
        this.host = host;
        this.purging = new Timer("rollcall-embedded-purge-" + zooKeeper.getClientPort(), true);
    }

    /** @throws IOException if the port can't be had or the server doesn't start; the message says where and why */
    static Server start(ServerDirectory directory, int port, String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        int free = freePort(address, port, directory);
        FileTxnLog.setPreallocSize(PREALLOCATED_BYTES);
        directory.deleteConfigurations();
        // threads are daemons where the thread that starts them is one
        CompletableFuture<ZooKeeperServerEmbedded> starting = new CompletableFuture<>();
        daemon(() -> launch(directory, free, address, starting), "rollcall-embedded-start")
                .start();
        try {
            Server server = new Server(starting.get(), directory, host);
            server.keepPurging();
            return server;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "the registry in " + directory + " on " + host + ":" + free + " doesn't start: " + cause
                            + "; the log of org.apache.zookeeper says more",
                    cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the registry in " + directory + " was starting", e);
        } finally {
            directory.deleteConfigurations();
        }
    }

    private static void launch(
            ServerDirectory directory,
            int port,
            InetAddress address,
            CompletableFuture<ZooKeeperServerEmbedded> starting) {
        try {
            ZooKeeperServerEmbedded server = ZooKeeperServerEmbedded.builder()
                    .baseDir(directory.path())
                    .configuration(configuration(directory, port, address))
                    .exitHandler(ExitHandler.LOG_ONLY)
                    .build();
            server.start(START_MILLIS);
            if (!starting.complete(server)) {
                server.close();
            }
        } catch (Exception e) { // declared so
            starting.completeExceptionally(e);
        }
    }

    private static Properties configuration(ServerDirectory directory, int port, InetAddress address) {
        Properties configuration = new Properties();
        configuration.setProperty("dataDir", directory.data().toAbsolutePath().toString());
        configuration.setProperty("clientPort", Integer.toString(port));
        configuration.setProperty("clientPortAddress", address.getHostAddress());
        configuration.setProperty("tickTime", Integer.toString(TICK_MILLIS));
        configuration.setProperty("minSessionTimeout", Long.toString(MIN_SESSION_MILLIS));
        configuration.setProperty("maxSessionTimeout", Long.toString(MAX_SESSION_MILLIS));
        configuration.setProperty("maxClientCnxns", "0");
        configuration.setProperty("maxCnxns", Integer.toString(MAX_CONNECTIONS));
        configuration.setProperty("admin.enableServer", "false");
        return configuration;
    }

    /** ZooKeeper waits out its start's whole time when the port is taken, and doesn't say so. */
    private static int freePort(InetAddress address, int wanted, ServerDirectory directory) throws IOException {
        if (wanted != 0) {
            try {
                return probe(address, wanted);
            } catch (IOException e) {
                throw new IOException(
                        "the registry in " + directory + " can't listen on " + address.getHostAddress() + ":" + wanted
                                + ": " + e.getMessage() + "; choose another port, or 0 for any that is free",
                        e);
            }
        }
        Optional<Integer> last = ServerDirectory.publishedPort(directory.path());
        if (last.isPresent()) {
            try {
                return probe(address, last.get());
            } catch (IOException taken) {
                log.debug("port {} is taken by somebody else since", last.get(), taken);
            }
        }
        return probe(address, 0);
    }

    private static int probe(InetAddress address, int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return socket.getLocalPort();
        }
    }

    int port() {
        return zooKeeper.getClientPort();
    }

    /** Where clients on this machine connect. */
    String endpoint() {
        String reachable = switch (host) {
            case "0.0.0.0", "::", "" -> EmbeddedRegistry.LOOPBACK;
            default -> host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        };
        return reachable + ":" + port();
    }

    private void keepPurging() {
        purging.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        purge();
                    }
                },
                0,
                PURGE_MILLIS);
    }

    private void purge() {
        try {
            OldFiles.purge(directory.data());
        } catch (IOException | RuntimeException e) {
            log.warn("old snapshots and logs in {} can't be deleted; it is tried again in an hour", directory, e);
        }
    }

    @Override
    public void close() {
        purging.cancel();
        zooKeeper.close();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
