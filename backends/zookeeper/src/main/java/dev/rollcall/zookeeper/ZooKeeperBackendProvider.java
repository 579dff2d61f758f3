package dev.rollcall.zookeeper;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.Set;

/**
 * Makes backends of ZooKeeper: {@code zookeeper://host:2181,host:2181/chroot?root=services}, or {@code zookeeper+tls://…}. Stateless and
 * thread-safe. Needs ZooKeeper servers of version 3.6 or newer.
 *
 * <ul>
 *   <li>Hosts: one or more; the port is 2181 unless given.
 *   <li>Path: the part of the tree to stay in; made when it is missing.
 *   <li>{@code root}: the node under it whose children are the services, by default {@code services}, as Spring Cloud ZooKeeper and
 *       Dubbo have it. {@code root=/} for none.
 *   <li>{@code configRoot}: the node under it below which configuration is, by default {@code config}, as Spring Cloud ZooKeeper has it.
 *   <li>{@code user:password@}: digest authentication. The nodes that are created then belong to that user alone (ACL {@code
 *       CREATOR_ALL}), those of services included; nodes that exist keep their ACLs. Without a user the nodes are open to all.
 *   <li>{@code ttl}: the length of the session. The server holds it to its own limits, which by default are 2 and 20 ticks.
 *   <li>{@code ca}, {@code cert}, {@code key}: PEM files, for {@code zookeeper+tls}. Needs Netty, which ZooKeeper's client brings.
 * </ul>
 *
 * <p>An instance is an ephemeral node {@code {path}/{root}/{service}/{id}} with the JSON of Curator's service discovery. A configuration entry is a
 * persistent node {@code {path}/{configRoot}/{key}} with data; nodes without data are but the way to others.
 */
public final class ZooKeeperBackendProvider implements BackendProvider {
    static final String EXAMPLE = "zookeeper://host:2181,host:2181/chroot?ttl=10s";

    /** Does nothing. */
    public ZooKeeperBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("zookeeper");
    }

    @Override
    public boolean tls() {
        return true;
    }

    @Override
    public String example() {
        return EXAMPLE;
    }

    @Override
    public Set<String> parameters() {
        return Set.of("root", "configRoot");
    }

    @Override
    public Backend open(StoreUri uri, BackendContext context) {
        return new ZooKeeperBackend(uri, context);
    }

    @Override
    public Checkup checkup(StoreUri uri, Duration timeout, boolean mayWrite) {
        return new ZooKeeperCheckup(uri, timeout, mayWrite);
    }
}
