package dev.rollcall.cli;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Finding;

/** Makes findings of what a store's client complains of: what happened, and apart from that what to do. */
final class Complaint {
    private Complaint() {}

    static Finding of(String check, StoreException failure) {
        String message = Unanswered.withoutPromises(
                failure.getCause() instanceof StoreException cause
                        ? String.valueOf(cause.getMessage())
                        : String.valueOf(failure.getMessage()));
        int advice = message.indexOf("; ");
        String what = advice < 0 ? message : message.substring(0, advice);
        return Finding.fail(
                check,
                failure.kind() == StoreException.Kind.DENIED ? "denied: " + what : what,
                advice < 0 ? remedy(failure) : message.substring(advice + 2));
    }

    private static String remedy(StoreException failure) {
        StoreException.Kind kind = failure.getCause() instanceof StoreException cause ? cause.kind() : failure.kind();
        return switch (kind) {
            case DENIED -> "name a user, token or certificate that may do this, or grant it";
            case UNAVAILABLE -> "start the server, or correct the address in the URI";
            case TIMEOUT -> "see whether the server is overloaded or cut off from the others; --timeout waits longer";
            default -> "see the server's log";
        };
    }
}
