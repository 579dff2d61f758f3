package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.Finding;
import dev.rollcall.spi.MemberReport;
import dev.rollcall.spi.MemberReport.ClockOffset;
import dev.rollcall.spi.StoreUri;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.Stat;

/** Looks into a ZooKeeper ensemble: its servers' versions, clocks and roles, and what is stored where. Used by one thread. */
final class ZooKeeperCheckup implements Checkup {
    private final StoreUri uri;
    private final Ensemble ensemble;
    private final Failures failures;
    private final Duration timeout;
    private final boolean mayWrite;
    private final ClientConfiguration configuration;
    private final Map<String, ZooKeeper> handles = new LinkedHashMap<>();
    /** Nodes that were not there before this checkup; in this order parents come before what is in them. */
    private final NavigableSet<String> missing = new TreeSet<>();

    ZooKeeperCheckup(StoreUri uri, Duration timeout, boolean mayWrite) {
        this.uri = uri;
        this.ensemble = Ensemble.of(uri);
        this.failures = new Failures(uri.identity(), timeout);
        this.timeout = timeout;
        this.mayWrite = mayWrite;
        this.configuration = new ClientConfiguration(uri);
        configuration
                .configuration()
                .setProperty(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT, Long.toString(timeout.toMillis()));
    }

    @Override
    public MemberReport member(String host) {
        InetSocketAddress server = Ensemble.server(host);
        return answer("asking " + host, () -> {
            boolean first = handles.isEmpty();
            ZooKeeper handle = CheckupHandle.connect(server, uri, configuration.configuration(), timeout)
                    .orElseThrow(failures::unreachable);
            handles.put(host, handle);
            if (first) {
                rememberMissing(handle);
            }
            List<Finding> findings = new ArrayList<>();
            if (!uri.tls()) {
                ServerFacts.ask(server, timeout).ifPresent(facts -> findings.add(facts.finding()));
            }
            return new MemberReport(mayWrite ? clock(handle) : Optional.empty(), findings);
        });
    }

    /** A node's time of creation is the only way in which a server tells the time. The node goes with its session at the latest. */
    private Optional<ClockOffset> clock(ZooKeeper handle) throws KeeperException, InterruptedException {
        String chroot = uri.path().replaceAll("/+$", "");
        for (String parent : List.of(ensemble.configRoot(), chroot, ensemble.root())) {
            String path = parent + "/" + NAME_PREFIX + UUID.randomUUID();
            Stat stat = new Stat();
            try {
                long asked = System.currentTimeMillis();
                handle.create(path, null, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL, stat);
                long answered = System.currentTimeMillis();
                handle.delete(path, -1);
                return Optional.of(ClockOffset.of(stat.getCtime(), Duration.ofMillis(1), asked, answered));
            } catch (KeeperException.NoNodeException | KeeperException.NoAuthException e) {
                // another parent may do
            }
        }
        return Optional.empty();
    }

    private void rememberMissing(ZooKeeper handle) throws KeeperException, InterruptedException {
        for (String start : List.of(ensemble.root(), ensemble.configRoot())) {
            for (String path = start;
                    !path.isEmpty() && handle.exists(path, false) == null;
                    path = Layout.parent(path)) {
                missing.add(path);
            }
        }
    }

    @Override
    public List<Finding> contents() {
        if (handles.isEmpty()) {
            return List.of();
        }
        ZooKeeper handle = handles.values().iterator().next();
        return answer("looking at what is stored", () -> new TreeSurvey(handle, ensemble).findings());
    }

    @Override
    public void close() {
        if (mayWrite && !handles.isEmpty()) {
            tidy(handles.values().iterator().next());
        }
        for (ZooKeeper handle : handles.values()) {
            try {
                handle.close((int) timeout.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        configuration.close();
    }

    /** A server takes a minute or so to remove an empty container, and never removes the parents of configuration. */
    private void tidy(ZooKeeper handle) {
        try {
            Layout layout = ensemble.layouts().first();
            for (String service : handle.getChildren(layout.root(), false)) {
                if (service.startsWith(NAME_PREFIX)) {
                    deleteIfEmpty(handle, layout.instances(service));
                    deleteIfEmpty(handle, layout.prefix() + "/" + service);
                }
            }
        } catch (KeeperException e) {
            // it may not be there, and there is nothing else to do about it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        missing.descendingSet().forEach(path -> deleteIfEmpty(handle, path));
    }

    private static void deleteIfEmpty(ZooKeeper handle, String path) {
        try {
            handle.delete(path, -1);
        } catch (KeeperException e) {
            // somebody else uses it by now, or it is gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Question<T> {
        T ask() throws KeeperException, InterruptedException;
    }

    private <T> T answer(String what, Question<T> question) {
        try {
            return question.ask();
        } catch (KeeperException e) {
            throw failures.of(e.code(), what);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.CLOSED, what + ": interrupted", e);
        }
    }
}
