package dev.rollcall.zookeeper;

import dev.rollcall.spi.StoreUri;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.common.PathUtils;

/**
 * Where the servers are, and where in their tree the services: what a URI says, checked. Immutable.
 *
 * @param servers host and port of each, unresolved: names are looked up whenever one is dialled
 * @param layouts how and where services are written and read
 * @param configRoot the node below which configuration is, an absolute path
 */
record Ensemble(List<InetSocketAddress> servers, Layouts layouts, String configRoot) {
    private static final int DEFAULT_PORT = 2181;
    private static final String DEFAULT_CONFIG_ROOT = "config";

    /** @throws IllegalArgumentException if the hosts, the path or the parameter {@code root} make no sense for ZooKeeper */
    static Ensemble of(StoreUri uri) {
        if (uri.hosts().isEmpty()) {
            throw new IllegalArgumentException("registry: " + uri + " names no server (expected: "
                    + ZooKeeperBackendProvider.EXAMPLE + ", one or more)");
        }
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String host : uri.hosts()) {
            servers.add(server(host));
        }
        String chroot = path(uri.path(), "path");
        String configRoot = path(uri.parameter("configRoot").orElse(DEFAULT_CONFIG_ROOT), "parameter configRoot");
        if (configRoot.isEmpty()) {
            throw new IllegalArgumentException(
                    "registry parameter configRoot: / (expected: a ZooKeeper path such as /config)");
        }
        return new Ensemble(List.copyOf(servers), Layouts.of(uri, chroot), chroot + configRoot);
    }

    /** The node that the services are children of that are written, an absolute path; empty for the store's root. */
    String root() {
        return layouts.first().prefix();
    }

    /**
     * Makes sure that configuration and services keep apart.
     *
     * @throws IllegalArgumentException if one is inside the other
     */
    void requireSeparateRoots() {
        for (Layout layout : layouts.all()) {
            String root = layout.prefix();
            if ((root + "/").startsWith(configRoot + "/") || (configRoot + "/").startsWith(root + "/")) {
                throw new IllegalArgumentException("registry parameters root: " + layout.root() + ", configRoot: "
                        + configRoot + " (expected: neither inside the other, such as /services and /config)");
            }
        }
    }

    /** The node below which elections and locks are: beside the services, so that two roots don't share them. */
    String claimRoot() {
        return root() + "-claims";
    }

    /**
     * Makes sure that there is a place for elections and locks.
     *
     * @throws IllegalArgumentException if services are at the store's root, or configuration is where claims are
     */
    void requireSeparateClaims() {
        String claims = claimRoot() + "/";
        if (root().isEmpty() || claims.startsWith(configRoot + "/") || (configRoot + "/").startsWith(claims)) {
            throw new IllegalArgumentException(
                    "registry parameters root: " + layouts.first().root()
                            + ", configRoot: " + configRoot
                            + " (expected, for elections and locks: a root that isn't /, as they are at {root}-claims,"
                            + " and configuration neither inside nor around that)");
        }
    }

    /** The servers as ZooKeeper's client wants them written; only for its log lines. */
    String connectString() {
        List<String> written = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            String host = server.getHostString();
            written.add((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + server.getPort());
        }
        return String.join(",", written);
    }

    static InetSocketAddress server(String host) {
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']');
        String name = port ? host.substring(0, colon) : host;
        if (name.startsWith("[")) {
            name = name.substring(1, name.length() - 1);
        }
        return InetSocketAddress.createUnresolved(
                name, port ? Integer.parseInt(host.substring(colon + 1)) : DEFAULT_PORT);
    }

    /** With a slash in front and none behind; empty for nothing but slashes. */
    static String path(String text, String what) {
        String path = text.startsWith("/") ? text : "/" + text;
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        if (!path.isEmpty()) {
            try {
                PathUtils.validatePath(path);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(what + ": \"" + text
                        + "\" (expected: a ZooKeeper path such as /production): " + e.getMessage());
            }
        }
        return path;
    }
}
