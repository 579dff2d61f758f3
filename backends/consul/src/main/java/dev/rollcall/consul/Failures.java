package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.consul.ConsulSettings.HostPort;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/** What refusals of Consul and faults on the way to it mean, and how they are told to people. Immutable. */
final class Failures {
    /** What HTTP answers to a token that may not do something, or doesn't exist. */
    static final int FORBIDDEN = 403;

    private static final int MAX_SHOWN_CHARS = 200;
    private static final String TRIED_AGAIN = ". Tried again, with pauses, for ever";

    private final ConsulSettings settings;

    Failures(ConsulSettings settings) {
        this.settings = settings;
    }

    /** The agent answered, but not with success. */
    StoreException refused(HostPort agent, Call call, Answer answer) {
        String text = text(answer);
        String lower = text.toLowerCase(Locale.ROOT);
        String what = where(agent, call) + " answered " + answer.status() + (text.isEmpty() ? "" : ": " + text);
        if (answer.status() == FORBIDDEN
                || answer.status() == 401
                || lower.contains("acl not found")
                || lower.contains("permission denied")) {
            return new StoreException(Kind.DENIED, what + "; " + tokenAdvice() + TRIED_AGAIN);
        }
        if (lower.contains("no path to datacenter")) {
            return new StoreException(
                    Kind.UNAVAILABLE,
                    what + "; is ?dc=" + settings.scope().datacenter().orElse("")
                            + " right, and is that datacenter joined?" + TRIED_AGAIN);
        }
        if (answer.status() == 429) {
            return new StoreException(
                    Kind.UNAVAILABLE,
                    what + "; the agent limits the connections of one address (limits.http_max_conns_per_client)"
                            + TRIED_AGAIN);
        }
        if (answer.status() >= 500) {
            return new StoreException(Kind.UNAVAILABLE, what + TRIED_AGAIN);
        }
        return new StoreException(
                Kind.REJECTED, what + "; is this address Consul's, and does it accept these values?" + TRIED_AGAIN);
    }

    /** Consul lets nothing be seen, which must not be taken for there being nothing. */
    StoreException allFiltered(HostPort agent, Call call) {
        return new StoreException(
                Kind.DENIED,
                where(agent, call) + " left out everything that this token may not see; " + tokenAdvice()
                        + TRIED_AGAIN);
    }

    /** The answer came but isn't Consul's. */
    StoreException unreadable(HostPort agent, Call call, Exception why) {
        return new StoreException(
                Kind.REJECTED,
                where(agent, call) + " answered what isn't Consul's JSON (" + firstLine(why)
                        + "); is this address Consul's, without a proxy that answers in its place?" + TRIED_AGAIN,
                why);
    }

    /** There was no answer. */
    StoreException transport(HostPort agent, Call call, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String where = where(agent, call);
        if (cause instanceof BoundedBody.TooLargeException) {
            return new StoreException(
                    Kind.REJECTED,
                    where + " answered " + cause.getMessage() + "; raise ?maxAnswer=… (MiB) if that is meant"
                            + TRIED_AGAIN,
                    cause);
        }
        if (cause instanceof ConnectException) {
            return new StoreException(
                    Kind.UNAVAILABLE, where + ": can't connect (is the agent running there?)" + TRIED_AGAIN, cause);
        }
        if (cause instanceof SSLException) {
            return new StoreException(
                    Kind.UNAVAILABLE,
                    where + ": no TLS connection (" + firstLine(cause)
                            + "); check ?ca=…, and ?cert=…&key=… if the agent asks for certificates" + TRIED_AGAIN,
                    cause);
        }
        String hint = settings.tls() || !(cause instanceof IOException)
                ? ""
                : "; if it speaks HTTPS, use consul+tls://, and if it is busy, it may have as many connections from this"
                        + " host as it takes (limits.http_max_conns_per_client)";
        return new StoreException(
                Kind.UNAVAILABLE, where + ": no answer (" + firstLine(cause) + ")" + hint + TRIED_AGAIN, cause);
    }

    StoreException late(HostPort agent, Call call) {
        return new StoreException(Kind.TIMEOUT, where(agent, call) + ": no answer in time" + TRIED_AGAIN);
    }

    StoreException closed() {
        return new StoreException(Kind.CLOSED, settings + ": the client was closed");
    }

    private String where(HostPort agent, Call call) {
        return call.method() + " " + settings.base(agent) + call.path();
    }

    private String tokenAdvice() {
        return settings.token().value().isEmpty()
                ? "name a token: ?tokenFile=… or ?token=…"
                : "check that the token still exists and may do this (service:write to register, service:read and"
                        + " node:read to discover)";
    }

    /** The body's beginning, for messages. */
    static String text(Answer answer) {
        byte[] body = answer.body();
        String text = new String(body, 0, Math.min(body.length, MAX_SHOWN_CHARS), StandardCharsets.UTF_8);
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        String shown = message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
        return shown.length() > MAX_SHOWN_CHARS ? shown.substring(0, MAX_SHOWN_CHARS) + "…" : shown;
    }
}
