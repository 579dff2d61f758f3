package dev.rollcall.spi;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a registry is: {@code scheme://user:password@host:port,host:port/path?parameter=value&…}, or {@code scheme:path?…} for one
 * without hosts. {@code scheme+tls} asks for TLS. User, password and values may be percent-encoded. Immutable; {@link #toString} hides
 * the password.
 *
 * @param scheme which backend, without {@code +tls}
 * @param tls whether the scheme ended in {@code +tls}
 * @param hosts each as written, with or without a port, IPv6 in brackets; none for {@code embedded:} and {@code memory:}
 * @param path what follows the hosts, with its leading slash; empty if there is none
 * @param credentials the user and password, if given
 * @param parameters in the order in which they were written
 */
public record StoreUri(
        String scheme,
        boolean tls,
        List<String> hosts,
        String path,
        Optional<Credentials> credentials,
        Map<String, String> parameters) {

    /** The parameters that the core understands on every store. */
    public static final Set<String> COMMON_PARAMETERS = Set.of("ttl", "overrides", "ca", "cert", "key", "passwordFile");

    private static final int MAX_CHARS = 4096;
    private static final int MAX_SHOWN_CHARS = 200;
    private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9.-]*?)(\\+tls)?:(.*)", Pattern.DOTALL);
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^\\[\\]:\\s@/]+)(:[0-9]{1,5})?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final String EXPECTED =
            "expected: scheme://host:port,host:port/path?parameter=value, such as etcd://127.0.0.1:2379 or zookeeper://127.0.0.1:2181";

    /**
     * A user and password. {@link #toString} hides the password.
     *
     * @param password the password, or the path of the file that holds it
     * @param inFile whether {@code password} is a path; the file is read whenever the store is logged on to
     */
    public record Credentials(String user, String password, boolean inFile) {
        @Override
        public String toString() {
            return user + ":***";
        }
    }

    public StoreUri {
        hosts = List.copyOf(hosts);
        parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Reads a URI. Which hosts, paths and parameters make sense is for the backend to say.
     *
     * @throws IllegalArgumentException if the text is malformed; the message says what was expected and shows no password
     */
    public static StoreUri parse(String text) {
        Matcher scheme = SCHEME.matcher(text);
        if (text.length() > MAX_CHARS || !scheme.matches()) {
            throw new IllegalArgumentException("registry: " + redacted(text) + " has no scheme (" + EXPECTED + ")");
        }
        String rest = scheme.group(3);
        int question = rest.indexOf('?');
        Map<String, String> parameters = parameters(text, question < 0 ? "" : rest.substring(question + 1));
        rest = question < 0 ? rest : rest.substring(0, question);
        String authority = "";
        String path = rest;
        if (rest.startsWith("//")) {
            int slash = rest.indexOf('/', 2);
            authority = rest.substring(2, slash < 0 ? rest.length() : slash);
            path = slash < 0 ? "" : rest.substring(slash);
        }
        if (path.indexOf('@') >= 0) {
            throw new IllegalArgumentException("registry: " + redacted(text)
                    + " has an @ behind the hosts (expected: / in a password as %2F, ? as %3F, @ as %40)");
        }
        int at = authority.lastIndexOf('@');
        Optional<Credentials> credentials =
                at < 0 ? Optional.empty() : Optional.of(credentials(text, authority.substring(0, at), parameters));
        if (credentials.isEmpty() && parameters.containsKey("passwordFile")) {
            throw new IllegalArgumentException("registry: " + redacted(text)
                    + " has a passwordFile but no user (expected: scheme://user@host:port/?passwordFile=/path)");
        }
        boolean tls = scheme.group(2) != null;
        if (!tls && (parameters.containsKey("ca") || parameters.containsKey("cert") || parameters.containsKey("key"))) {
            throw new IllegalArgumentException("registry: " + redacted(text)
                    + " names certificates but not TLS (expected: " + scheme.group(1) + "+tls://…)");
        }
        return new StoreUri(
                scheme.group(1), tls, hosts(text, authority.substring(at + 1)), path, credentials, parameters);
    }

    /** The value of a parameter, percent-decoded. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The PEM file with the authorities to trust, instead of the platform's. */
    public Optional<Path> trustedAuthorities() {
        return parameter("ca").map(Path::of);
    }

    /** The PEM file with the client's certificate chain. */
    public Optional<Path> clientCertificate() {
        return parameter("cert").map(Path::of);
    }

    /** The PEM file with the client's private key, PKCS#8. */
    public Optional<Path> clientKey() {
        return parameter("key").map(Path::of);
    }

    /**
     * Refuses parameters that nobody understands, rather than ignoring a typing error.
     *
     * @param known the names; one that ends in {@code .*} stands for all that continue so, such as {@code root.*} for
     *     {@code root.kratos}
     * @throws IllegalArgumentException naming the parameter and the known ones
     */
    public void requireKnownParameters(Set<String> known) {
        for (String name : parameters.keySet()) {
            int dot = name.indexOf('.');
            String family = dot < 0 ? name : name.substring(0, dot) + ".*";
            if (!known.contains(name) && !known.contains(family) && !COMMON_PARAMETERS.contains(name)) {
                Set<String> all = new TreeSet<>(COMMON_PARAMETERS);
                all.addAll(known);
                throw new IllegalArgumentException(
                        "registry parameter: " + name + " (expected for " + scheme + ": one of " + all + ")");
            }
        }
    }

    /**
     * Reads a duration such as {@code 500ms}, {@code 10s}, {@code 5m} or {@code 1h}.
     *
     * @param what the value's name, for the error message
     */
    public static Duration duration(String what, String text) {
        Matcher duration = DURATION.matcher(text);
        if (!duration.matches()) {
            throw new IllegalArgumentException(
                    what + ": " + text + " (expected: a number with ms, s, m or h, such as 10s)");
        }
        long amount = Long.parseLong(duration.group(1));
        return switch (duration.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    /** The scheme, hosts and path: what tells one registry from another. No user, password or parameters. */
    public String identity() {
        return scheme + (tls ? "+tls" : "") + ":" + (hosts.isEmpty() ? "" : "//" + String.join(",", hosts)) + path;
    }

    @Override
    public String toString() {
        return identity();
    }

    private static List<String> hosts(String text, String authority) {
        List<String> hosts = new ArrayList<>();
        if (!authority.isEmpty()) {
            for (String host : authority.split(",", -1)) {
                Matcher matcher = HOST.matcher(host);
                boolean port = matcher.matches()
                        && (matcher.group(2) == null
                                || inPortRange(matcher.group(2).substring(1)));
                if (!port) {
                    // With an @ in the text it may be a part of a password that was not percent-encoded.
                    String what = text.indexOf('@') < 0 ? "the host \"" + host + '"' : "a malformed host";
                    throw new IllegalArgumentException("registry: " + redacted(text) + " has " + what
                            + " (expected: host or host:port, separated by commas; port 1 to 65535)");
                }
                hosts.add(host);
            }
        }
        return hosts;
    }

    private static boolean inPortRange(String port) {
        int number = Integer.parseInt(port);
        return number >= 1 && number <= 65_535;
    }

    private static Credentials credentials(String text, String userInfo, Map<String, String> parameters) {
        int colon = userInfo.indexOf(':');
        String file = parameters.get("passwordFile");
        if ((colon < 0) == (file == null)) {
            throw new IllegalArgumentException("registry: " + redacted(text)
                    + " names a user (expected: either user:password@ or user@ with the parameter passwordFile)");
        }
        return file != null
                ? new Credentials(decode(text, userInfo), file, true)
                : new Credentials(
                        decode(text, userInfo.substring(0, colon)), decode(text, userInfo.substring(colon + 1)), false);
    }

    private static Map<String, String> parameters(String text, String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0
                    || parameters.put(pair.substring(0, equals), decode(text, pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("registry: " + redacted(text)
                        + " has malformed parameters (expected: ?name=value&name=value, each name once)");
            }
        }
        return parameters;
    }

    private static String decode(String text, String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "registry: " + redacted(text)
                            + " has a malformed percent-encoding (expected: % and two hex digits)",
                    e);
        }
    }

    /** The text as it may be shown: without password, which may hold any character, and parameters, which may be secrets. */
    private static String redacted(String text) {
        int at = text.lastIndexOf('@');
        int authority = text.indexOf("//");
        int colon = text.indexOf(':', authority < 0 ? 0 : authority);
        String shown = colon >= 0 && colon < at ? text.substring(0, colon + 1) + "***" + text.substring(at) : text;
        int question = shown.indexOf('?');
        shown = question < 0 ? shown : shown.substring(0, question) + "?…";
        return '"' + (shown.length() > MAX_SHOWN_CHARS ? shown.substring(0, MAX_SHOWN_CHARS) + "…" : shown) + '"';
    }
}
