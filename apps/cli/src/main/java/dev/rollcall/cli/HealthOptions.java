package dev.rollcall.cli;

import dev.rollcall.Endpoint;
import dev.rollcall.health.CommandProbe;
import dev.rollcall.health.HealthCheck;
import dev.rollcall.health.HttpProbe;
import dev.rollcall.health.Probe;
import dev.rollcall.health.TcpProbe;
import dev.rollcall.health.grpc.GrpcProbe;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How to find out whether an instance can serve. */
final class HealthOptions {
    private static final String HTTP = "http:";
    private static final String GRPC = "grpc";
    private static final String COMMAND = "cmd:";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--health",
            paramLabel = "CHECK",
            order = 40,
            description = {
                "Out of service unless this passes: http:/path, tcp,",
                "grpc or grpc:SERVICE, or cmd:'a shell command'.",
                "Default: no check."
            })
    private @Nullable String health;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            order = 41,
            defaultValue = "10s",
            description = "From one check to the next: 10ms to 1h. Default: 10s.")
    private Duration interval = Duration.ofSeconds(10);

    @Option(
            names = "--health-timeout",
            paramLabel = "TIME",
            order = 42,
            defaultValue = "2s",
            description = "How long a check may take. Default: 2s.")
    private Duration timeout = Duration.ofSeconds(2);

    @Option(
            names = "--rise",
            paramLabel = "N",
            order = 43,
            defaultValue = "2",
            description = "So many successes in a row bring it back. Default: 2.")
    private int rise = 2;

    @Option(
            names = "--fall",
            paramLabel = "N",
            order = 44,
            defaultValue = "3",
            description = "So many failures in a row take it out. Default: 3.")
    private int fall = 3;

    /**
     * The check that is asked for, if any.
     *
     * @param where what is asked; null for what the instance says
     * @throws ParameterException naming what can't be and what was expected
     */
    @Nullable
    HealthCheck check(@Nullable Endpoint where) {
        if (health == null) {
            return null;
        }
        try {
            return new HealthCheck(probe(health, where), interval, timeout, rise, fall);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static Probe probe(String text, @Nullable Endpoint where) {
        if (text.startsWith(HTTP + "//")) {
            throw new IllegalArgumentException(
                    "--health: '" + text + "' (expected: http:/path; what is asked is the instance's own endpoint)");
        }
        if (text.startsWith(HTTP)) {
            HttpProbe probe = HttpProbe.of(text.substring(HTTP.length()));
            return where == null ? probe : probe.at(where);
        }
        if (text.equals("tcp")) {
            return where == null ? TcpProbe.create() : TcpProbe.create().at(where);
        }
        if (text.equals(GRPC) || (text.startsWith(GRPC + ":") && text.length() > GRPC.length() + 1)) {
            GrpcProbe probe =
                    text.equals(GRPC) ? GrpcProbe.ofServer() : GrpcProbe.of(text.substring(GRPC.length() + 1));
            return where == null ? probe : probe.at(where);
        }
        if (text.startsWith(COMMAND) && text.length() > COMMAND.length()) {
            return CommandProbe.of(List.of("sh", "-c", text.substring(COMMAND.length())));
        }
        throw new IllegalArgumentException(
                "--health: '" + text + "' (expected: http:/path, tcp, grpc, grpc:SERVICE or cmd:COMMAND)");
    }
}
