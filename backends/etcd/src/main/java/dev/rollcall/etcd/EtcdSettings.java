package dev.rollcall.etcd;

import dev.rollcall.spi.StoreUri;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a URI says about an etcd cluster. Immutable; {@link #toString} shows no secret.
 *
 * @param endpoints where its members listen, one or more
 * @param layouts how and where instances are written and read
 * @param configRoot what all keys of configuration begin with, without slashes at its ends
 * @param tls whether the connection is encrypted
 * @param authorities the PEM file with the authorities to trust; empty for the platform's
 * @param certificate the client's PEM files, if it has any
 * @param credentials who to log on as, if anybody
 */
record EtcdSettings(
        List<HostPort> endpoints,
        Layouts layouts,
        String configRoot,
        boolean tls,
        Optional<Path> authorities,
        Optional<Certificate> certificate,
        Optional<StoreUri.Credentials> credentials) {

    private static final int DEFAULT_PORT = 2379;
    private static final int MAX_ROOT_CHARS = 255;
    private static final String EXPECTED = "expected: etcd://host:2379,host:2379/?root=rollcall";

    /** One member of the cluster. */
    record HostPort(String host, int port) {
        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    /** Who the client is by its certificate. */
    record Certificate(Path chain, Path key) {}

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException if it isn't one for etcd; the message names what was expected
     */
    static EtcdSettings of(StoreUri uri) {
        if (uri.hosts().isEmpty()) {
            throw new IllegalArgumentException("registry: " + uri + " names no host (" + EXPECTED + ")");
        }
        if (!uri.path().isEmpty() && !uri.path().equals("/")) {
            throw new IllegalArgumentException("registry: " + uri + " has the path " + uri.path()
                    + ", which means nothing to etcd (" + EXPECTED + ")");
        }
        List<HostPort> endpoints =
                uri.hosts().stream().map(EtcdSettings::endpoint).toList();
        Optional<Path> authorities = uri.trustedAuthorities().map(path -> readable("ca", path));
        Optional<Path> chain = uri.clientCertificate().map(path -> readable("cert", path));
        Optional<Path> key = uri.clientKey().map(path -> readable("key", path));
        if (chain.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("registry: " + uri + " has only one of cert and key"
                    + " (expected: both, or neither: ?cert=/path/client.pem&key=/path/client-key.pem)");
        }
        return new EtcdSettings(
                endpoints,
                Layouts.of(uri),
                root("configRoot", uri.parameter("configRoot").orElse("config")),
                uri.tls(),
                authorities,
                chain.map(path -> new Certificate(path, key.orElseThrow())),
                uri.credentials());
    }

    /**
     * Makes sure that configuration and services keep apart.
     *
     * @throws IllegalArgumentException if one is inside the other
     */
    void requireSeparateRoots() {
        for (String root : layouts.roots()) {
            // without a root, instances are among everything else, whatever that is
            boolean apart = root.isEmpty()
                    || !((root + "/").startsWith(configRoot + "/") || (configRoot + "/").startsWith(root + "/"));
            if (!apart) {
                throw new IllegalArgumentException("registry parameters root: " + root + ", configRoot: " + configRoot
                        + " (expected: neither inside the other, such as prod/services and prod/config)");
            }
        }
    }

    /** What the keys of elections and locks begin with: beside the services, so that two roots don't share them. */
    String claimRoot() {
        return layouts.ownRoot() + "-claims";
    }

    /**
     * Makes sure that configuration keeps apart from elections and locks.
     *
     * @throws IllegalArgumentException if one is inside the other
     */
    void requireSeparateClaims() {
        if ((claimRoot() + "/").startsWith(configRoot + "/") || (configRoot + "/").startsWith(claimRoot() + "/")) {
            throw new IllegalArgumentException("registry parameter configRoot: " + configRoot
                    + " (expected: neither inside nor around " + claimRoot() + ", where elections and locks are)");
        }
    }

    /** Where the layout that is written keeps its instances; may be empty. */
    String root() {
        return layouts.roots().get(0);
    }

    static HostPort endpoint(String written) {
        int bracket = written.indexOf(']');
        int colon = written.indexOf(':', bracket + 1);
        String host = colon < 0 ? written : written.substring(0, colon);
        int port = colon < 0 ? DEFAULT_PORT : Integer.parseInt(written.substring(colon + 1));
        return new HostPort(bracket < 0 ? host : host.substring(1, bracket), port);
    }

    /** Slashes at the ends don't matter to people; to etcd they would make another key. */
    static String root(String parameter, String written) {
        int from = 0;
        int to = written.length();
        while (from < to && written.charAt(from) == '/') {
            from++;
        }
        while (to > from && written.charAt(to - 1) == '/') {
            to--;
        }
        String root = written.substring(from, to);
        boolean visible =
                root.chars().allMatch(c -> c > ' ' && !Character.isISOControl(c) && !Character.isSurrogate((char) c));
        if (root.isEmpty()
                || root.length() > MAX_ROOT_CHARS
                || !visible
                || List.of(root.split("/", -1)).contains("")) {
            throw new IllegalArgumentException(
                    "registry parameter " + parameter + ": \"" + written + "\" (expected: 1 to " + MAX_ROOT_CHARS
                            + " visible characters, single slashes inside, such as rollcall or prod/rollcall)");
        }
        return root;
    }

    private static Path readable(String parameter, Path path) {
        if (!Files.isReadable(path)) {
            throw new IllegalArgumentException(
                    "registry parameter " + parameter + ": " + path + " can't be read (expected: a PEM file)");
        }
        return path;
    }

    /** The URI without what doesn't lead there: for messages. */
    @Override
    public String toString() {
        List<String> shown = new ArrayList<>();
        endpoints.forEach(endpoint -> shown.add(endpoint.toString()));
        return (tls ? "etcd+tls://" : "etcd://") + String.join(",", shown);
    }
}
