package dev.rollcall.etcd;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.Set;

/**
 * Rollcall on an etcd cluster, version 3.4 or later: {@code etcd://host:2379,host:2379} or {@code etcd+tls://…}, the
 * port 2379 by default. Stateless.
 *
 * <p>Parameters beside the core's own: {@code root}, what all keys begin with, by default {@code rollcall}, with
 * slashes inside if you like; {@code configRoot}, the same for configuration, by default {@code config}.
 *
 * <p>An instance is at {@code {root}/{service}/{id}}, under a lease, as etcd's official gRPC naming writes it, so a
 * gRPC client in Go that dials {@code etcd:///{root}/{service}} resolves it as it is. A user needs the permission to
 * read and write keys with the prefix {@code {root}/}; to read alone if it only discovers. Configuration is at {@code {configRoot}/{key}},
 * as it is in the store, with the same permissions there.
 */
public final class EtcdBackendProvider implements BackendProvider {

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
        return Set.of("root", "configRoot");
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
