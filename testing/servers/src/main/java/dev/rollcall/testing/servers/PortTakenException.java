package dev.rollcall.testing.servers;

/** A server ended because somebody else took its port between our choosing it and its binding it. */
final class PortTakenException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    PortTakenException(String message) {
        super(message);
    }

    static boolean explains(String output) {
        return output.contains("address already in use")
                || output.contains("Address already in use")
                || output.contains("BindException");
    }
}
