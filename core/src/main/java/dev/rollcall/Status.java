package dev.rollcall;

/** Whether an instance wants traffic, by its own account. */
public enum Status {
    /** Ready to serve. */
    UP,
    /** Finishing what it has and about to leave: alive, not to be chosen for new work. */
    DRAINING,
    /** Registered and visible, but not to be chosen: failing its health checks, or taken out by an operator. */
    OUT_OF_SERVICE
}
