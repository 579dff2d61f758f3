package dev.rollcall.health;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Passes if {@code GET} of a path answers with an expected status and, if so asked, an expected body. Redirects are
 * answers like others. The whole answer has to come within the timeout; of a body the first 64 KiB are read. Immutable.
 *
 * <p>Uses the JDK's HTTP client, with one selector thread and up to four others for all probes of the JVM. In a module of
 * your own, say {@code requires java.net.http}: Rollcall's core doesn't, for the sake of those who don't need it.
 */
public final class HttpProbe implements Probe {
    private static final Pattern PATH = Pattern.compile("/[!-~]*");
    private static final int MAX_PATH_CHARS = 2_000;
    private static final int LOWEST_STATUS = 100;
    private static final int HIGHEST_STATUS = 599;

    private final String path;
    private final int lowest;
    private final int highest;
    private final String expected;
    private final Map<String, String> headers;
    private final @Nullable Endpoint target;
    private final Gets gets;

    private HttpProbe(
            String path,
            int lowest,
            int highest,
            String expected,
            Map<String, String> headers,
            @Nullable Endpoint target,
            Gets gets) {
        this.path = path;
        this.lowest = lowest;
        this.highest = highest;
        this.expected = expected;
        this.headers = headers;
        this.target = target;
        this.gets = gets;
    }

    /**
     * A probe that expects 200 to 299 at the instance's first endpoint with the scheme {@code http} or {@code https}, or
     * else, with plain HTTP, at its principal endpoint.
     *
     * @param path what to ask for, such as {@code /health?deep=1}: begins with {@code /}, visible ASCII, already
     *     percent-encoded, up to 2,000 characters. What follows a {@code ?} is not shown in reports
     * @throws IllegalStateException if the runtime lacks the module {@code java.net.http}
     */
    public static HttpProbe of(String path) {
        return new HttpProbe(requirePath(path), 200, 299, "", Map.of(), null, plainGets());
    }

    static String requirePath(String path) {
        if (path.length() > MAX_PATH_CHARS || !PATH.matcher(path).matches() || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "path: \"" + ProbeResult.passed(path).detail()
                            + "\" (expected: / and visible ASCII characters, up to " + MAX_PATH_CHARS + ")");
        }
        requireUri(new Endpoint("http", "localhost", 80), path);
        return path;
    }

    static Gets plainGets() {
        try {
            return Gets.plain();
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "HTTP checks need the JDK's module java.net.http, which is not there (expected: 'requires"
                            + " java.net.http' in your module, or --add-modules java.net.http)",
                    e);
        }
    }

    /** The same, expecting a status from {@code lowest} to {@code highest}: 100 to 599. */
    public HttpProbe expectingStatus(int lowest, int highest) {
        if (lowest < LOWEST_STATUS || highest > HIGHEST_STATUS || lowest > highest) {
            throw new IllegalArgumentException(
                    "status: " + lowest + " to " + highest + " (expected: within 100 to 599)");
        }
        return new HttpProbe(path, lowest, highest, expected, headers, target, gets);
    }

    /** The same, expecting this text in the first 64 KiB of the body, read as UTF-8. */
    public HttpProbe expectingBody(String text) {
        return new HttpProbe(path, lowest, highest, requireNonNull(text, "text"), headers, target, gets);
    }

    /** The same, with a header of the request. */
    public HttpProbe withHeader(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
        return new HttpProbe(path, lowest, highest, expected, Map.copyOf(more), target, gets);
    }

    /** The same, asking here instead: for an instance that is reached by others at an address which isn't its own. */
    public HttpProbe at(Endpoint target) {
        return new HttpProbe(path, lowest, highest, expected, headers, requireNonNull(target, "target"), gets);
    }

    /** The same, with these certificates for {@code https}. Brings a client of its own: share the probe. */
    public HttpProbe withTls(SSLContext tls) {
        return new HttpProbe(
                path, lowest, highest, expected, headers, target, Gets.trusting(requireNonNull(tls, "tls")));
    }

    @Override
    public ProbeResult probe(Instance instance, Duration timeout) throws InterruptedException {
        URI uri = requireUri(target == null ? endpoint(instance) : target, path);
        String what = "GET " + shown(uri) + ": ";
        try {
            Gets.Answer answer = gets.get(uri, headers, timeout);
            if (answer.status() < lowest || answer.status() > highest) {
                return ProbeResult.failed(what + "HTTP " + answer.status());
            }
            if (!answer.body().contains(expected)) {
                return ProbeResult.failed(
                        what + "HTTP " + answer.status() + ", and the body lacks \"" + expected + "\"");
            }
            return ProbeResult.passed(what + "HTTP " + answer.status());
        } catch (IOException | IllegalArgumentException e) {
            return ProbeResult.failed(what + Timeouts.reason(e));
        }
    }

    /** Where an instance speaks HTTP. */
    static Endpoint endpoint(Instance instance) {
        return instance.endpoints().stream()
                .filter(HttpProbe::isHttp)
                .findFirst()
                .orElseGet(instance::endpoint);
    }

    static URI requireUri(Endpoint endpoint, String path) {
        return URI.create((endpoint.scheme().equals("https") ? "https" : "http") + "://" + endpoint.authority() + path);
    }

    /** Without the query, which may hold a secret. */
    static String shown(URI uri) {
        String text = uri.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    private static boolean isHttp(Endpoint endpoint) {
        return endpoint.scheme().equals("http") || endpoint.scheme().equals("https");
    }

    @Override
    public String toString() {
        int query = path.indexOf('?');
        return "http " + (target == null ? "" : target.authority()) + (query < 0 ? path : path.substring(0, query));
    }
}
