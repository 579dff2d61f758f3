package dev.rollcall.cli;

/** How the command ends. Stable: scripts rely on these numbers. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;
    /** Of a shell that finds a command but can't execute it. */
    static final int NOT_EXECUTABLE = 126;
    /** Of a shell that does not find a command. */
    static final int NOT_FOUND = 127;
    /** What a signal's number is added to. */
    static final int SIGNAL_BASE = 128;

    private ExitCode() {}
}
