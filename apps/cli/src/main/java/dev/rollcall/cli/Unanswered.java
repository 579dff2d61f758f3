package dev.rollcall.cli;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.StoreUri;
import java.util.List;
import java.util.regex.Pattern;

/** Says in one line why a registry did not answer in time, or what it refuses, and what to do. */
final class Unanswered {
    /** What a store's client says of going on, which a command that ends does not. */
    private static final Pattern GOING_ON =
            Pattern.compile("(;[^;]*\\b(keeps|goes on|tried|trying)\\b[^;.]*|\\. Tried again[^.]*)$");

    private Unanswered() {}

    /**
     * The end of the command.
     *
     * @param failure what waiting for the registry ended with
     * @param advice what the user can do if it can't be reached
     */
    static CommandFailedException failure(StoreUri registry, StoreException failure, String advice) {
        String why = failure.getCause() instanceof StoreException cause ? reason(registry, cause) : silence(registry);
        return failure.concernsWholeStore()
                ? new CommandFailedException(
                        ExitCode.UNREACHABLE,
                        "registry " + registry + " can't be reached: " + why + ". " + advice,
                        failure)
                : new CommandFailedException(
                        ExitCode.FAILED,
                        "registry " + registry + (failure.kind() == Kind.DENIED ? " refuses this: " : ": ") + why,
                        failure);
    }

    private static String reason(StoreUri registry, StoreException cause) {
        String message = withoutPromises(String.valueOf(cause.getMessage()));
        String prefix = registry + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    /** A client's message without what it says of going on. */
    static String withoutPromises(String message) {
        return GOING_ON.matcher(message).replaceFirst("");
    }

    /** The client has nothing to report, so what can be found out from here. */
    private static String silence(StoreUri registry) {
        List<PortProbe> probes = PortProbe.all(registry);
        if (probes.isEmpty()) {
            return "no answer in time";
        }
        return probes.stream().anyMatch(PortProbe::accepts)
                ? "something accepts connections there, but does not answer as " + registry.scheme() + " in time"
                : "nothing accepts connections there";
    }
}
