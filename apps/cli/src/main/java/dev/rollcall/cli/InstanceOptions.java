package dev.rollcall.cli;

import dev.rollcall.Instance;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What an instance says about itself, and for how long it outlives a crash. */
final class InstanceOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--id",
            paramLabel = "ID",
            order = 20,
            description = "Its name among the service's instances. Default: its address.")
    private @Nullable String id;

    @Option(
            names = "--weight",
            paramLabel = "N",
            order = 21,
            defaultValue = "1",
            description = "Its share of the traffic, in proportion to the others: 0 to 1000000. Default: 1.")
    private int weight = 1;

    @Option(names = "--zone", paramLabel = "ZONE", order = 22, description = "The failure domain it runs in.")
    private String zone = "";

    @Option(names = "--version", paramLabel = "VERSION", order = 23, description = "What it runs.")
    private String version = "";

    @Option(names = "--meta", paramLabel = "KEY=VALUE", order = 24, description = "Anything else; may be repeated.")
    private Map<String, String> metadata = new LinkedHashMap<>();

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            order = 25,
            description = "How long after a crash it is removed: 1s to 1h. Default: 10s.")
    private @Nullable Duration ttl;

    /** Null for what the registry's URI says, or the default. */
    @Nullable
    Duration ttl() {
        return ttl;
    }

    /**
     * The instance at these endpoints with what the options say.
     *
     * @throws ParameterException naming what can't be and what was expected
     */
    Instance instance(String service, String... endpoints) {
        return checked(() -> {
            Instance plain = Instance.of(service, endpoints);
            return new Instance(
                    service,
                    id == null ? plain.id() : id,
                    plain.endpoints(),
                    weight,
                    plain.status(),
                    zone,
                    version,
                    metadata);
        });
    }

    private <T> T checked(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
