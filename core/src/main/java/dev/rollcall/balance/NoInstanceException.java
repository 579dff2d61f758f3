package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

/**
 * Thrown by a pick when a service has no instance to choose; the message says how many are known and why each is out.
 */
public final class NoInstanceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String service;

    NoInstanceException(String service, String message) {
        super(message);
        this.service = requireNonNull(service, "service");
    }

    /** The service that had nobody to choose. */
    public String service() {
        return service;
    }
}
