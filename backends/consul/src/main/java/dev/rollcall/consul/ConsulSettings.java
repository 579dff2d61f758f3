package dev.rollcall.consul;

import dev.rollcall.spi.LayoutChoice;
import dev.rollcall.spi.StoreUri;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a URI says about Consul. Immutable; {@link #toString} shows no secret.
 *
 * @param agents where its agents listen, one or more, in the order of preference
 * @param tls whether they speak HTTPS
 * @param authorities the PEM file with the authorities to trust; empty for the platform's
 * @param certificate the client's PEM files, if it has any
 * @param token who we are
 * @param scope what is discovered
 * @param consistency how fresh answers are
 * @param prefix what services' names begin with
 * @param configRoot what keys of configuration begin with, with its last slash
 * @param layouts how instances are written and read
 * @param rules what the states of checks mean
 * @param check what the agent asks instances, unless they say otherwise; empty for nothing
 * @param watchConnections how many services and ranges of the configuration are followed by a connection of their own
 * @param maxAnswerBytes the largest answer to be read
 */
record ConsulSettings(
        List<HostPort> agents,
        boolean tls,
        Optional<Path> authorities,
        Optional<Certificate> certificate,
        Token token,
        Scope scope,
        Consistency consistency,
        String prefix,
        String configRoot,
        LayoutChoice layouts,
        HealthRules rules,
        Optional<NativeCheck> check,
        int watchConnections,
        int maxAnswerBytes) {

    static final Set<String> PARAMETERS = Stream.concat(
                    LayoutChoice.PARAMETERS.stream(),
                    Stream.of(
                            "dc",
                            "tag",
                            "nodeMeta",
                            "token",
                            "tokenFile",
                            "consistency",
                            "prefix",
                            "configRoot",
                            "warning",
                            "critical",
                            "check",
                            "checkInterval",
                            "checkTimeout",
                            "connections",
                            "maxAnswer"))
            .collect(Collectors.toUnmodifiableSet());

    private static final int DEFAULT_PORT = 8500;
    private static final int DEFAULT_WATCH_CONNECTIONS = 32;
    private static final int MOST_WATCH_CONNECTIONS = 128;
    private static final int DEFAULT_ANSWER_MIB = 32;
    private static final int LARGEST_ANSWER_MIB = 1024;
    private static final Pattern CONFIG_ROOT = Pattern.compile("(?=.{1,128}$)[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");
    private static final Pattern PREFIX = Pattern.compile("[a-z0-9._-]{0,64}");
    private static final String EXPECTED = "expected: consul://host:8500,host2:8500/?dc=…&tokenFile=…";

    /** One agent. */
    record HostPort(String host, int port) {
        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    /** Who the client is by its certificate. */
    record Certificate(Path chain, Path key) {}

    /** Consul's consistency modes. */
    enum Consistency {
        DEFAULT(""),
        STALE("stale"),
        CONSISTENT("consistent");

        /** The query parameter that asks for it; empty for none. */
        final String parameter;

        Consistency(String parameter) {
            this.parameter = parameter;
        }
    }

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException if it isn't one for Consul; the message names what was expected
     */
    static ConsulSettings of(StoreUri uri) {
        if (uri.hosts().isEmpty()) {
            throw new IllegalArgumentException("registry: " + uri + " names no host (" + EXPECTED + ")");
        }
        if (!uri.path().isEmpty() && !uri.path().equals("/")) {
            throw new IllegalArgumentException("registry: " + uri + " has the path " + uri.path()
                    + ", which means nothing to Consul (" + EXPECTED + ")");
        }
        if (uri.credentials().isPresent()) {
            throw new IllegalArgumentException(
                    "registry: " + uri + " names a user, but Consul knows tokens (" + EXPECTED + ")");
        }
        return new ConsulSettings(
                uri.hosts().stream().map(ConsulSettings::agent).toList(),
                uri.tls(),
                uri.trustedAuthorities().map(path -> readable("ca", path)),
                certificate(uri),
                token(uri),
                Scope.of(uri),
                consistency(uri.parameter("consistency").orElse("default")),
                matching(
                        "prefix", uri.parameter("prefix").orElse(""), PREFIX, "up to 64 of a-z, 0-9, '.', '_' and '-'"),
                matching(
                                "configRoot",
                                uri.parameter("configRoot").orElse("config"),
                                CONFIG_ROOT,
                                "names joined by slashes, of A-Z, a-z, 0-9, '.', '_' and '-', such as config or prod/config")
                        + "/",
                layouts(uri),
                new HealthRules(
                        oneOf("warning", uri.parameter("warning").orElse("up"), "up", "out-of-service"),
                        !oneOf(
                                "critical",
                                uri.parameter("critical").orElse("out-of-service"),
                                "out-of-service",
                                "gone")),
                check(uri),
                number(uri, "connections", DEFAULT_WATCH_CONNECTIONS, MOST_WATCH_CONNECTIONS),
                number(uri, "maxAnswer", DEFAULT_ANSWER_MIB, LARGEST_ANSWER_MIB) << 20);
    }

    private static LayoutChoice layouts(StoreUri uri) {
        List<String> known = new ArrayList<>(CatalogLayouts.names());
        known.add(Upstreams.LAYOUT);
        LayoutChoice layouts = LayoutChoice.of(uri, known);
        for (String layout : layouts.chosen()) {
            if (layouts.root(layout).isPresent() && !layout.equals(Upstreams.LAYOUT)) {
                throw new IllegalArgumentException(
                        "registry: " + uri + " gives the layout " + layout
                                + " a root, but Consul has one catalogue for all (expected: ?prefix=… for what names begin with)");
            }
        }
        layouts.root(Upstreams.LAYOUT)
                .ifPresent(root -> matching(
                        "root",
                        root.replaceAll("^/|/$", ""),
                        CONFIG_ROOT,
                        "names joined by slashes, such as upstreams"));
        return layouts;
    }

    /** What the keys of all upstreams begin with, with its last slash. */
    String upstreamRoot() {
        String root = layouts.root(Upstreams.LAYOUT).orElse(Upstreams.DEFAULT_ROOT);
        return root.replaceAll("^/|/$", "") + "/";
    }

    static HostPort agent(String written) {
        int bracket = written.indexOf(']');
        int colon = written.indexOf(':', bracket + 1);
        String host = colon < 0 ? written : written.substring(0, colon);
        int port = colon < 0 ? DEFAULT_PORT : Integer.parseInt(written.substring(colon + 1));
        return new HostPort(bracket < 0 ? host : host.substring(1, bracket), port);
    }

    private static Optional<Certificate> certificate(StoreUri uri) {
        Optional<Path> chain = uri.clientCertificate().map(path -> readable("cert", path));
        Optional<Path> key = uri.clientKey().map(path -> readable("key", path));
        if (chain.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("registry: " + uri + " has only one of cert and key"
                    + " (expected: both, or neither: ?cert=/path/client.pem&key=/path/client-key.pem)");
        }
        return chain.map(path -> new Certificate(path, key.orElseThrow()));
    }

    private static Token token(StoreUri uri) {
        Optional<String> token = uri.parameter("token");
        Optional<Path> file = uri.parameter("tokenFile").map(Path::of).map(path -> readable("tokenFile", path));
        if (token.isPresent() && file.isPresent()) {
            throw new IllegalArgumentException(
                    "registry: " + uri + " has both token and tokenFile (expected: one of them)");
        }
        return file.map(Token::inFile).orElseGet(() -> token.map(Token::of).orElseGet(Token::none));
    }

    private static Optional<NativeCheck> check(StoreUri uri) {
        Optional<String> interval = uri.parameter("checkInterval");
        Optional<String> timeout = uri.parameter("checkTimeout");
        return NativeCheck.parse(
                "registry parameter check", uri.parameter("check").orElse("ttl"), interval, timeout);
    }

    private static Consistency consistency(String name) {
        return switch (name) {
            case "default" -> Consistency.DEFAULT;
            case "stale" -> Consistency.STALE;
            case "consistent" -> Consistency.CONSISTENT;
            default ->
                throw new IllegalArgumentException(
                        "registry parameter consistency: " + name + " (expected: default, stale or consistent)");
        };
    }

    /** Whether it is the first of the two. */
    private static boolean oneOf(String parameter, String value, String first, String second) {
        if (!value.equals(first) && !value.equals(second)) {
            throw new IllegalArgumentException(
                    "registry parameter " + parameter + ": " + value + " (expected: " + first + " or " + second + ")");
        }
        return value.equals(first);
    }

    private static String matching(String parameter, String value, Pattern pattern, String expected) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "registry parameter " + parameter + ": \"" + value + "\" (expected: " + expected + ")");
        }
        return value;
    }

    private static int number(StoreUri uri, String parameter, int byDefault, int most) {
        String text = uri.parameter(parameter).orElse(Integer.toString(byDefault));
        int number = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > most) {
            throw new IllegalArgumentException(
                    "registry parameter " + parameter + ": " + text + " (expected: 1 to " + most + ")");
        }
        return number;
    }

    private static Path readable(String parameter, Path path) {
        if (!Files.isReadable(path)) {
            throw new IllegalArgumentException(
                    "registry parameter " + parameter + ": " + path + " can't be read (expected: a file that can)");
        }
        return path;
    }

    /** What keys of elections and locks begin with, with its last slash. */
    String claimRoot() {
        return (prefix.isEmpty() ? "rollcall-" : prefix) + "claims/";
    }

    /**
     * Makes sure that configuration keeps apart from elections and locks.
     *
     * @throws IllegalArgumentException if one is inside the other
     */
    void requireSeparateClaims() {
        if (claimRoot().startsWith(configRoot) || configRoot.startsWith(claimRoot())) {
            throw new IllegalArgumentException("registry parameter configRoot: \"" + configRoot
                    + "\" (expected: neither inside nor around " + claimRoot() + ", where elections and locks are)");
        }
    }

    /** What an agent's URLs begin with. */
    String base(HostPort agent) {
        return (tls ? "https://" : "http://") + agent;
    }

    /** The URI without what doesn't lead there: for messages. */
    @Override
    public String toString() {
        return (tls ? "consul+tls://" : "consul://")
                + String.join(",", agents.stream().map(HostPort::toString).toList());
    }
}
