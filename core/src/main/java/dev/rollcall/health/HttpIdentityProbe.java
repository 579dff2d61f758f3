package dev.rollcall.health;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * Asks for the {@link Identity} document with {@code GET}, where {@link HttpProbe} would ask. A peer that answers with another
 * identity, or with something else altogether (404, a web page), is a stranger; one that can't be reached, or answers 429 or
 * 500 to 599, has not answered. Immutable.
 */
public final class HttpIdentityProbe implements IdentityProbe {
    private static final int TOO_MANY_REQUESTS = 429;

    private final String path;
    private final Gets gets;

    private HttpIdentityProbe(String path, Gets gets) {
        this.path = path;
        this.gets = gets;
    }

    /** A probe of {@link Identity#PATH}. */
    public static HttpIdentityProbe create() {
        return of(Identity.PATH);
    }

    /** A probe of another path, as {@link HttpProbe#of} takes it. */
    public static HttpIdentityProbe of(String path) {
        return new HttpIdentityProbe(HttpProbe.requirePath(path), HttpProbe.plainGets());
    }

    /** The same, with these certificates for {@code https}. Brings a client of its own: share the probe. */
    public HttpIdentityProbe withTls(SSLContext tls) {
        return new HttpIdentityProbe(path, Gets.trusting(requireNonNull(tls, "tls")));
    }

    @Override
    public Answer ask(Instance expected, Duration timeout) throws InterruptedException {
        URI uri = HttpProbe.requireUri(HttpProbe.endpoint(expected), path);
        String what = "GET " + HttpProbe.shown(uri) + ": ";
        Gets.Answer answer;
        try {
            answer = gets.get(uri, Map.of("Accept", Identity.MEDIA_TYPE), timeout);
        } catch (IOException e) {
            return new Answer(Verdict.UNANSWERED, what + Timeouts.reason(e));
        }
        if (answer.status() == TOO_MANY_REQUESTS || answer.status() >= 500) {
            return new Answer(Verdict.UNANSWERED, what + "HTTP " + answer.status());
        }
        if (answer.status() != 200) {
            return new Answer(Verdict.DENIED, what + "HTTP " + answer.status() + " instead of an identity");
        }
        try {
            Identity told = Identity.parse(answer.body());
            boolean same = told.equals(Identity.of(expected));
            return new Answer(
                    same ? Verdict.CONFIRMED : Verdict.DENIED,
                    // As a result's detail, so that what a stranger says is one bounded line.
                    ProbeResult.passed(what + "is " + told.service() + "/" + told.id())
                            .detail());
        } catch (IllegalArgumentException e) {
            return new Answer(Verdict.DENIED, what + Timeouts.reason(e));
        }
    }

    @Override
    public String toString() {
        return "http " + path;
    }
}
