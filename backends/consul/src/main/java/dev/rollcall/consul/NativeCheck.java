package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A check that the agent runs itself, beside Rollcall's heartbeat: the heartbeat tells that the process lives, this tells that it serves. An instance
 * whose native check is critical is out of service until it passes; until the first answer it is critical, as Consul has it. Immutable.
 *
 * <p>It never deregisters the service: the process lives and would only register it again. Its id is the service's, so that an update of the instance
 * leaves its state alone.
 *
 * @param kind what the agent asks
 * @param argument the path of {@code HTTP}, the service's name of {@code GRPC}, which may be empty
 * @param interval between two questions, 1 s to 1 h
 * @param timeout for the answer, 100 ms up to the interval
 */
record NativeCheck(Kind kind, String argument, Duration interval, Duration timeout) {
    /** What it is called in an instance's metadata and, without the prefix, in a URI. */
    static final String KEY = "consul-check";

    static final String INTERVAL_KEY = "consul-check-interval";
    static final String TIMEOUT_KEY = "consul-check-timeout";

    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    private static final String DEFAULT_INTERVAL = "10s";
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e]{0,1023}");
    private static final Pattern GRPC_SERVICE = Pattern.compile("[A-Za-z0-9_.]{0,255}");

    /** The kinds of checks. */
    enum Kind {
        HTTP,
        TCP,
        GRPC
    }

    /**
     * Reads a choice: {@code ttl} for none but the heartbeat, {@code http:/path}, {@code tcp}, {@code grpc} or {@code grpc:service}.
     *
     * @param what the choice's name, for messages
     * @param interval empty for 10 s
     * @param timeout empty for 5 s, or the interval if that is shorter
     * @throws IllegalArgumentException if it is malformed; the message says what was expected
     */
    static Optional<NativeCheck> parse(
            String what, String choice, Optional<String> interval, Optional<String> timeout) {
        int colon = choice.indexOf(':');
        String argument = colon < 0 ? "" : choice.substring(colon + 1);
        Kind kind = switch (colon < 0 ? choice : choice.substring(0, colon)) {
            case "ttl" -> null;
            case "http" -> Kind.HTTP;
            case "tcp" -> Kind.TCP;
            case "grpc" -> Kind.GRPC;
            default -> throw malformed(what, choice);
        };
        if (kind == Kind.HTTP && argument.isEmpty()) {
            argument = "/";
        }
        boolean fits = kind == Kind.HTTP
                ? PATH.matcher(argument).matches()
                : kind == Kind.GRPC ? GRPC_SERVICE.matcher(argument).matches() : argument.isEmpty();
        if (!fits) {
            throw malformed(what, choice);
        }
        Duration every = StoreUri.duration(what + " interval", interval.orElse(DEFAULT_INTERVAL));
        if (every.compareTo(SHORTEST_INTERVAL) < 0 || every.compareTo(LONGEST_INTERVAL) > 0) {
            throw new IllegalArgumentException(what + " interval: " + interval.orElse("") + " (expected: 1s to 1h)");
        }
        Duration byDefault = every.compareTo(DEFAULT_TIMEOUT) < 0 ? every : DEFAULT_TIMEOUT;
        Duration atMost =
                timeout.map(text -> StoreUri.duration(what + " timeout", text)).orElse(byDefault);
        if (atMost.compareTo(SHORTEST_TIMEOUT) < 0 || atMost.compareTo(every) > 0) {
            throw new IllegalArgumentException(
                    what + " timeout: " + timeout.orElse("") + " (expected: 100ms up to the interval)");
        }
        return kind == null ? Optional.empty() : Optional.of(new NativeCheck(kind, argument, every, atMost));
    }

    private static IllegalArgumentException malformed(String what, String choice) {
        return new IllegalArgumentException(
                what + ": \"" + choice + "\" (expected: ttl, http:/path, tcp, grpc or grpc:service)");
    }

    /**
     * What an instance asks for in its metadata, or else what its client asks for.
     *
     * @throws IllegalArgumentException if its metadata is malformed
     */
    static Optional<NativeCheck> of(Instance instance, Optional<NativeCheck> otherwise) {
        String own = instance.metadata().get(KEY);
        return own == null
                ? otherwise
                : parse(
                        KEY,
                        own,
                        Optional.ofNullable(instance.metadata().get(INTERVAL_KEY)),
                        Optional.ofNullable(instance.metadata().get(TIMEOUT_KEY)));
    }

    /** Writes it as one of the {@code Checks} of a registration. */
    void write(JsonGenerator json, Instance instance, String serviceId) throws IOException {
        Endpoint endpoint = target(instance);
        boolean secure = List.of("https", "grpcs").contains(endpoint.scheme());
        json.writeStartObject();
        json.writeStringField("CheckID", "check:" + serviceId);
        json.writeStringField("Name", "Asked by Consul");
        switch (kind) {
            case HTTP ->
                json.writeStringField("HTTP", (secure ? "https://" : "http://") + endpoint.authority() + argument);
            case TCP -> json.writeStringField("TCP", endpoint.authority());
            case GRPC -> {
                json.writeStringField(
                        "GRPC", argument.isEmpty() ? endpoint.authority() : endpoint.authority() + "/" + argument);
                json.writeBooleanField("GRPCUseTLS", secure);
            }
        }
        json.writeStringField("Interval", interval.toMillis() + "ms");
        json.writeStringField("Timeout", timeout.toMillis() + "ms");
        json.writeEndObject();
    }

    /** The first endpoint that speaks the check's protocol by its scheme, or else the principal one. */
    private Endpoint target(Instance instance) {
        List<String> schemes = switch (kind) {
            case HTTP -> List.of("http", "https");
            case GRPC -> List.of("grpc", "grpcs");
            case TCP -> List.of();
        };
        return instance.endpoints().stream()
                .filter(endpoint -> schemes.contains(endpoint.scheme()))
                .findFirst()
                .orElse(instance.endpoint());
    }
}
