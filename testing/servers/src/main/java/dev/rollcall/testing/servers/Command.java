package dev.rollcall.testing.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a short command to its end and gives its output. */
final class Command {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /**
     * What the command printed, both streams in one.
     *
     * @param redacted how the command is named in errors
     * @throws IllegalStateException with its output, when it fails or is not done within 30 s
     */
    static String run(String redacted, List<String> command) {
        return run(redacted, command, Map.of());
    }

    /** The same with variables of the environment. */
    static String run(String redacted, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = builder(command, environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            process.onExit().orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS).exceptionally(late -> {
                process.destroyForcibly();
                return process;
            });
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException(redacted + " failed with code " + code + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException("cannot run " + redacted, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(redacted + " was interrupted", e);
        }
    }

    /** What runs a command with both streams in one, untouched by what the environment says to etcdctl. */
    static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(key -> key.startsWith("ETCD"));
        builder.environment().put("ETCDCTL_API", "3");
        builder.environment().putAll(environment);
        return builder;
    }

    private Command() {}
}
