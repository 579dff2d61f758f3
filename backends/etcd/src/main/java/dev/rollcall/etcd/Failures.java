package dev.rollcall.etcd;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import io.grpc.Status;
import java.util.Objects;

/** What etcd's and gRPC's statuses mean, and how they are told to people. Immutable. */
final class Failures {
    static final Status CLOSED = Status.CANCELLED.withDescription("the client was closed");

    private final EtcdSettings settings;

    Failures(EtcdSettings settings) {
        this.settings = settings;
    }

    /** The token is not valid any more, or was issued before users and roles changed: log on again. */
    static boolean isStaleLogin(Status status) {
        return status.getCode() == Status.Code.UNAUTHENTICATED || isStaleLogin(text(status));
    }

    /** The same, as a watch is told it. */
    static boolean isStaleLogin(String reason) {
        return reason.contains("invalid auth token") || reason.contains("revision of auth store is old");
    }

    /** A watch was refused for want of permission; older servers say this of an invalid token as well. */
    static boolean isDenied(String reason) {
        return reason.contains("permission denied") || reason.contains("user name is empty") || isStaleLogin(reason);
    }

    /** A request, or a login, was refused for want of permission. */
    static boolean isDenied(Status status) {
        return kind(status) == Kind.DENIED;
    }

    static boolean isLeaseNotFound(Status status) {
        return status.getCode() == Status.Code.NOT_FOUND && text(status).contains("lease not found");
    }

    static boolean isCompacted(Status status) {
        return status.getCode() == Status.Code.OUT_OF_RANGE && text(status).contains("has been compacted");
    }

    static boolean isFutureRevision(Status status) {
        return status.getCode() == Status.Code.OUT_OF_RANGE && text(status).contains("future revision");
    }

    /** An answer was larger than this client accepts. */
    static boolean isTooLargeToRead(Status status) {
        return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
                && text(status).contains("gRPC message exceeds");
    }

    static boolean isAuthenticationDisabled(Status status) {
        return text(status).contains("authentication is not enabled");
    }

    /** Whether the status is an answer of a server that works, rather than of the way to it. */
    static boolean isAnswer(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, UNKNOWN, INTERNAL, DATA_LOSS, UNIMPLEMENTED -> false;
            default -> true;
        };
    }

    /** Whether the server has refused a request for good, so that it can't have been, nor will be, carried out. */
    static boolean isRefusal(Status status) {
        return isAnswer(status) && status.getCode() != Status.Code.RESOURCE_EXHAUSTED;
    }

    /**
     * A failure for the core.
     *
     * @param what was asked for, such as {@code put rollcall/orders/a}
     */
    StoreException exception(String what, Status status) {
        Kind kind = kind(status);
        String message = settings + ": " + what + ": " + reason(status) + advice(what, kind, status);
        return status.getCode() == Status.Code.CANCELLED && kind == Kind.CLOSED
                ? new StoreException(kind, message)
                : new StoreException(kind, message, status.asRuntimeException());
    }

    /**
     * A failure of what is asked once, and not tried again.
     *
     * @param sent whether the server may have seen it
     */
    StoreException once(String what, Status status, boolean sent) {
        Kind kind = kind(status);
        String advice = switch (kind) {
            case DENIED ->
                "; check who this client logs on as, and that its role may read and write keys from "
                        + settings.configRoot() + "/ on";
            case UNAVAILABLE, TIMEOUT ->
                sent ? "; whether it was carried out is unknown, and it is not tried again" : "; not tried again";
            default -> "";
        };
        String message = settings + ": " + what + ": " + reason(status) + advice;
        return new StoreException(kind, message, status.asRuntimeException());
    }

    private static Kind kind(Status status) {
        if (Objects.equals(status.getDescription(), CLOSED.getDescription())) {
            return Kind.CLOSED;
        }
        String text = text(status);
        if (isLeaseNotFound(status)) {
            return Kind.LEASE_LOST;
        }
        if (isStaleLogin(status)
                || text.contains("authentication failed")
                || text.contains("user name is empty")
                || text.contains("user name not found")) {
            return Kind.DENIED;
        }
        return switch (status.getCode()) {
            case PERMISSION_DENIED, UNAUTHENTICATED -> Kind.DENIED;
            case DEADLINE_EXCEEDED -> Kind.TIMEOUT;
            case INVALID_ARGUMENT, UNIMPLEMENTED, OUT_OF_RANGE, ALREADY_EXISTS -> Kind.REJECTED;
            case UNAVAILABLE -> text.contains("request timed out") ? Kind.TIMEOUT : Kind.UNAVAILABLE;
            default -> Kind.UNAVAILABLE;
        };
    }

    private static String reason(Status status) {
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return "no answer in time";
        }
        String text = text(status);
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String deepest = cause == null || cause.getMessage() == null || text.contains(cause.getMessage())
                ? ""
                : " (" + cause.getMessage().strip() + ")";
        return (text.isEmpty() ? status.getCode().name() : text) + deepest;
    }

    private String advice(String what, Kind kind, Status status) {
        String text = text(status);
        if (kind == Kind.DENIED) {
            return "; " + remedy(what, text) + ". Tried again slowly";
        }
        if (kind == Kind.REJECTED) {
            return text.contains("too large") ? "; make its metadata smaller" : "";
        }
        if (text.contains("space exceeded")) {
            return "; compact and defragment etcd, or raise its quota, then clear the alarm. Tried again until then";
        }
        if (kind != Kind.UNAVAILABLE && kind != Kind.TIMEOUT) {
            return "";
        }
        if (settings.tls() && settings.certificate().isEmpty()) {
            return "; if it accepts only clients with a certificate, add ?cert=…&key=…. Tried again until it answers";
        }
        if (!settings.tls() && isHungUp(reason(status))) {
            return "; if it speaks TLS, use etcd+tls://. Tried again until it answers";
        }
        return "; tried again until it answers";
    }

    private String remedy(String what, String refusal) {
        if (settings.credentials().isEmpty() && settings.certificate().isEmpty()) {
            return "this etcd asks who we are: name a user, etcd://user:password@…, or certificates";
        }
        if (refusal.contains("authentication failed")) {
            return "check the user's password";
        }
        String configRoot = settings.configRoot() + "/";
        return "see to it that its role may read and write "
                + (what.contains(" " + configRoot)
                        ? "keys from " + configRoot + " on"
                        : settings.layouts().shownKeys());
    }

    /** Whether the connection ended as that to a TLS port does when one speaks plainly; which it is depends on the timing. */
    private static boolean isHungUp(String reason) {
        return reason.contains("Network closed")
                || reason.contains("First received frame")
                || reason.contains("Connection reset");
    }

    private static String text(Status status) {
        return status.getDescription() == null ? "" : status.getDescription();
    }
}
