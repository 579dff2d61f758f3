package dev.rollcall.cli;

/** Nobody reads standard output any more, as after {@code rollcall watch orders | head -1}. */
final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputClosedException() {
        super("standard output is closed");
    }
}
