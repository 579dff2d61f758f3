package dev.rollcall.etcd;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.LayoutChoice;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Rollcall on an etcd cluster, version 3.4 or later: {@code etcd://host:2379,host:2379} or {@code etcd+tls://…}, the
 * port 2379 by default. Stateless.
 *
 * <p>Parameters beside the core's own: {@code root}, what all keys begin with, by default {@code rollcall}, with
 * slashes inside if you like; {@code configRoot}, the same for configuration, by default {@code config}; {@code layout}
 * and {@code layout.{service}}, how instances are written and read, and {@code root.{layout}} ({@link LayoutChoice}).
 *
 * <p>By default an instance is at {@code {root}/{service}/{id}}, under a lease, as etcd's official gRPC naming writes
 * it, so a gRPC client in Go that dials {@code etcd:///{root}/{service}} resolves it as it is. A user needs the
 * permission to read and write keys with the prefix {@code {root}/}; to read alone if it only discovers. Configuration
 * is at {@code {configRoot}/{key}}, as it is in the store, with the same permissions there.
 *
 * <table>
 *   <caption>Layouts</caption>
 *   <tr><th>name</th><th>key, with the default root</th><th>what is kept of an instance</th></tr>
 *   <tr><td>{@code native}</td><td>{@code rollcall/{service}/{id}}</td><td>everything</td></tr>
 *   <tr><td>{@code kratos}</td><td>{@code /microservices/{service}/{id}}</td><td>everything</td></tr>
 *   <tr><td>{@code go-micro}</td><td>{@code /micro/registry/{service}/{id}}</td><td>everything</td></tr>
 *   <tr><td>{@code go-micro-etcdv3}</td><td>{@code /micro-registry/{service}/{id}}</td><td>everything</td></tr>
 *   <tr><td>{@code kitex}</td><td>{@code kitex/registry-etcd/{service}/{host:port}}</td><td>all but the id</td></tr>
 *   <tr><td>{@code discox}</td><td>{@code /discox/{service}/{host:port}}</td><td>all but the id</td></tr>
 *   <tr><td>{@code dubbo}</td><td>{@code /dubbo/{service}/providers/{URL}}</td><td>all but id and status</td></tr>
 *   <tr><td>{@code plain}</td><td>{@code /{service}/{id}}</td><td>id, and the first endpoint's host and port</td></tr>
 *   <tr><td>{@code go-zero}</td><td>{@code {service}/{id}}</td><td>id, and the first endpoint's host and port</td></tr>
 * </table>
 *
 * <p>Where no status can be written, an instance that isn't up has no entry, as its ecosystem's own would not. Where
 * the id isn't kept, the one that is read is the address, and Dubbo's follows from the whole URL.
 */
public final class EtcdBackendProvider implements BackendProvider {

    private static final Set<String> PARAMETERS = parameterNames();

    /** For {@link java.util.ServiceLoader}. */
    public EtcdBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("etcd");
    }

    @Override
    public boolean tls() {
        return true;
    }

    @Override
    public String example() {
        return "etcd://host:2379,host:2379/?ttl=10s";
    }

    @Override
    public Set<String> parameters() {
        return PARAMETERS;
    }

    private static Set<String> parameterNames() {
        Set<String> names = new HashSet<>(LayoutChoice.PARAMETERS);
        names.add("configRoot");
        return Set.copyOf(names);
    }

    @Override
    public Backend open(StoreUri uri, BackendContext context) {
        EtcdBackend backend = new EtcdBackend(EtcdSettings.of(uri), context);
        backend.open();
        return backend;
    }

    @Override
    public Checkup checkup(StoreUri uri, Duration timeout, boolean mayWrite) {
        return new EtcdCheckup(EtcdSettings.of(uri), timeout);
    }
}
