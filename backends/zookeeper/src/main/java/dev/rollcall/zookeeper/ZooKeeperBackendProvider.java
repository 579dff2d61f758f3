package dev.rollcall.zookeeper;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.LayoutChoice;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes backends of ZooKeeper: {@code zookeeper://host:2181,host:2181/chroot?root=services}, or {@code zookeeper+tls://…}. Stateless and
 * thread-safe. Needs ZooKeeper servers of version 3.6 or newer.
 *
 * <ul>
 *   <li>Hosts: one or more; the port is 2181 unless given.
 *   <li>Path: the part of the tree to stay in; made when it is missing.
 *   <li>{@code layout}: how instances are written, and how they are read, see {@link LayoutChoice}. {@code native}, Curator's, is the default;
 *       there are {@code spring} and {@code dubbo} (Dubbo's application level), which differ in the payload alone, {@code dubbo-interface}, {@code
 *       discox}, {@code kratos}, {@code go-micro} and {@code serversets} (Finagle's).
 *   <li>{@code root}: the node under it whose children are the services, by default {@code services}, as Spring Cloud ZooKeeper and
 *       Dubbo have it, or what the layout's own ecosystem uses: {@code dubbo}, {@code microservices} (kratos), {@code micro-registry}
 *       (go-micro). {@code root=/} for none.
 *   <li>{@code configRoot}: the node under it below which configuration is, by default {@code config}, as Spring Cloud ZooKeeper has it.
 *   <li>{@code user:password@}: digest authentication. The nodes that are created then belong to that user alone (ACL {@code
 *       CREATOR_ALL}), those of services included; nodes that exist keep their ACLs. Without a user the nodes are open to all.
 *   <li>{@code ttl}: the length of the session. The server holds it to its own limits, which by default are 2 and 20 ticks.
 *   <li>{@code ca}, {@code cert}, {@code key}: PEM files, for {@code zookeeper+tls}. Needs Netty, which ZooKeeper's client brings.
 * </ul>
 *
 * <p>An instance is an ephemeral node, natively {@code {path}/{root}/{service}/{id}} with the JSON of Curator's service discovery. A configuration entry is a
 * persistent node {@code {path}/{configRoot}/{key}} with data; nodes without data are but the way to others.
 */
public final class ZooKeeperBackendProvider implements BackendProvider {
    static final String EXAMPLE = "zookeeper://host:2181,host:2181/chroot?ttl=10s";

    private static final Set<String> PARAMETERS = Stream.concat(
                    LayoutChoice.PARAMETERS.stream(), Stream.of("configRoot"))
            .collect(Collectors.toUnmodifiableSet());

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
        return PARAMETERS;
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
