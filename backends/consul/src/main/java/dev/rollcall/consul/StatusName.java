package dev.rollcall.consul;

import dev.rollcall.Status;

/** How a status is called in the store: independent of how the enum's constants are called. */
final class StatusName {
    private StatusName() {}

    static String of(Status status) {
        return switch (status) {
            case UP -> "up";
            case DRAINING -> "draining";
            case OUT_OF_SERVICE -> "out_of_service";
        };
    }

    /**
     * The status of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Status parse(String name) {
        for (Status status : Status.values()) {
            if (of(status).equals(name)) {
                return status;
            }
        }
        throw new IllegalArgumentException(
                MetaKeys.STATUS + ": \"" + name + "\" (expected: up, draining or out_of_service)");
    }
}
