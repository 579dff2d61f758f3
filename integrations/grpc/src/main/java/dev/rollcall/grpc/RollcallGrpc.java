package dev.rollcall.grpc;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.Rollcall;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code rollcall:///orders} means to the channels that are given it: which {@link Rollcall} to ask, under which
 * aliases others, and each service's configuration. Immutable and safe for use by many threads; it owns nothing, so it
 * need not be closed, and two of them in one JVM know nothing of each other.
 *
 * <pre>{@code
 * ManagedChannel orders = RollcallGrpc.of(rollcall)
 *         .configure(ManagedChannelBuilder.forTarget("rollcall:///orders"))
 *         .usePlaintext()
 *         .build();
 * }</pre>
 *
 * <p>An instance is called at its first endpoint of the scheme {@code grpc}, else {@code grpcs}, else {@code tcp};
 * see {@link #withSchemes}. Whether the connection is encrypted is the channel's credentials' to say.
 *
 * <p>A channel that was not given one can name its registry itself, with {@link #REGISTRY} or, in the target, as
 * {@code rollcall:///orders?registry=etcd://10.0.0.1:2379}. It then has a client of its own, which lives and dies with
 * its name resolution: opened by the first call, closed with the channel or when that becomes idle.
 */
public final class RollcallGrpc {

    /**
     * The registry that a channel is to ask with a client of its own, as {@link Rollcall#connect} takes it; for
     * {@link ManagedChannelBuilder#setNameResolverArg}.
     */
    public static final NameResolver.Args.Key<String> REGISTRY =
            NameResolver.Args.Key.create("dev.rollcall.grpc.registry");

    /**
     * What a call goes by under {@code rollcall_consistent_hash}, such as a user's name: for
     * {@link CallOptions#withOption}. Comes before the header that the policy's configuration names.
     */
    public static final CallOptions.Key<String> HASH_KEY = CallOptions.Key.create("dev.rollcall.grpc.hashKey");

    /**
     * The instance behind an address, with id, weight, zone, version, status and metadata: among the attributes of
     * each {@link io.grpc.EquivalentAddressGroup} that a {@code rollcall:} target resolves to, and, as it was when it was
     * connected to, of each subchannel of Rollcall's policies.
     */
    public static final Attributes.Key<Instance> INSTANCE = Attributes.Key.create("dev.rollcall.grpc.instance");

    /** The policy of channels that were configured here and say nothing else: heeds weights. */
    public static final String DEFAULT_POLICY = "rollcall_weighted_round_robin";

    /** Which of these a channel was given. */
    static final NameResolver.Args.Key<RollcallGrpc> CHANNEL = NameResolver.Args.Key.create("dev.rollcall.grpc");

    static final String SCHEME = "rollcall";

    private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final List<String> DEFAULT_SCHEMES = List.of("grpc", "grpcs", "tcp");

    private final @Nullable Rollcall rollcall;
    private final Map<String, Rollcall> aliases;
    private final Map<String, ServiceConfig> serviceConfigs;
    private final List<String> schemes;

    private RollcallGrpc(
            @Nullable Rollcall rollcall,
            Map<String, Rollcall> aliases,
            Map<String, ServiceConfig> serviceConfigs,
            List<String> schemes) {
        this.rollcall = rollcall;
        this.aliases = Map.copyOf(aliases);
        this.serviceConfigs = Map.copyOf(serviceConfigs);
        this.schemes = List.copyOf(schemes);
    }

    /**
     * Channels that ask this client.
     *
     * @param rollcall stays the caller's: to be closed by him, after the channels
     */
    public static RollcallGrpc of(Rollcall rollcall) {
        return new RollcallGrpc(requireNonNull(rollcall, "rollcall"), Map.of(), Map.of(), DEFAULT_SCHEMES);
    }

    /** For channels that bring the registry themselves. */
    static RollcallGrpc unbound() {
        return new RollcallGrpc(null, Map.of(), Map.of(), DEFAULT_SCHEMES);
    }

    /**
     * The same with one more client, which {@code rollcall://{alias}/orders} asks.
     *
     * @param alias up to 63 letters, digits, {@code .}, {@code _} and {@code -}
     */
    public RollcallGrpc withAlias(String alias, Rollcall rollcall) {
        if (!ALIAS.matcher(alias).matches()) {
            throw new IllegalArgumentException(
                    "alias: " + alias + " (expected: up to 63 letters, digits, '.', '_' and '-')");
        }
        Map<String, Rollcall> more = new HashMap<>(aliases);
        more.put(alias, requireNonNull(rollcall, "rollcall"));
        return new RollcallGrpc(this.rollcall, more, serviceConfigs, schemes);
    }

    /**
     * The same with a gRPC service config for a service: balancing policy, retries, timeouts. It comes before the
     * channel's {@code defaultServiceConfig}.
     *
     * @param serviceConfig as {@link ManagedChannelBuilder#defaultServiceConfig} takes it, though numbers may be of any
     *     type. With one that gRPC refuses, calls fail and say why
     */
    public RollcallGrpc withServiceConfig(String service, Map<String, ?> serviceConfig) {
        return withServiceConfig(service, new ServiceConfig(requireNonNull(serviceConfig, "serviceConfig"), null));
    }

    /**
     * As {@link #withServiceConfig(String, Map)}, with a config that channels follow, such as a JSON text in the registry:
     *
     * <pre>{@code
     * rollcall.config().follow("grpc/orders", JacksonDecoder.json(new TypeReference<Map<String, Object>>() {}))
     * }</pre>
     *
     * <p>A new channel waits for the first word on it as it does for the first view: calls wait for 5 s at the most.
     * While nothing is written, and if the first one is refused, the channel's defaults apply. One that can't be decoded,
     * that gRPC refuses, or that is deleted leaves channels with the last good one; what gRPC refuses is logged.
     *
     * @param serviceConfig stays the caller's: to be closed by him, after the channels
     */
    public RollcallGrpc withServiceConfig(String service, Live<? extends Map<String, ?>> serviceConfig) {
        return withServiceConfig(service, new ServiceConfig(null, requireNonNull(serviceConfig, "serviceConfig")));
    }

    private RollcallGrpc withServiceConfig(String service, ServiceConfig serviceConfig) {
        Map<String, ServiceConfig> more = new HashMap<>(serviceConfigs);
        more.put(Instance.requireServiceName(service), serviceConfig);
        return new RollcallGrpc(rollcall, aliases, more, schemes);
    }

    /**
     * The same with other endpoints called: the first of the first scheme that an instance has an endpoint of.
     * Instances with none of them are left out, and errors say so. By default {@code grpc}, {@code grpcs}, {@code tcp}.
     */
    public RollcallGrpc withSchemes(String... schemes) {
        if (schemes.length == 0) {
            throw new IllegalArgumentException("schemes: none (expected: at least one, such as grpc)");
        }
        return new RollcallGrpc(rollcall, aliases, serviceConfigs, List.of(schemes));
    }

    /**
     * Makes a channel understand {@code rollcall:} targets, by arguments of its own and no global ones, and balance by
     * {@link #DEFAULT_POLICY} unless a service config or a later {@code defaultLoadBalancingPolicy} says otherwise.
     *
     * @return the builder
     */
    public <T extends ManagedChannelBuilder<?>> T configure(T builder) {
        builder.setNameResolverArg(CHANNEL, this);
        builder.defaultLoadBalancingPolicy(DEFAULT_POLICY);
        return builder;
    }

    /**
     * A resolver of {@code rollcall:} targets that asks these clients, to be registered in a
     * {@link io.grpc.NameResolverRegistry} of one's own. Not needed with {@link #configure}, unless the class loader
     * hides Rollcall's services from gRPC.
     */
    public NameResolverProvider provider() {
        return new RollcallNameResolverProvider(this);
    }

    /** {@code rollcall:///service}, with what a URI can't hold percent-encoded. */
    public static String target(String service) {
        return SCHEME + ":///" + encoded(Instance.requireServiceName(service));
    }

    static String encoded(String service) {
        return URLEncoder.encode(service, StandardCharsets.UTF_8);
    }

    @Nullable
    Rollcall rollcall() {
        return rollcall;
    }

    Map<String, Rollcall> aliases() {
        return aliases;
    }

    List<String> schemes() {
        return schemes;
    }

    ServiceConfig serviceConfig(String service) {
        return serviceConfigs.getOrDefault(service, ServiceConfig.NONE);
    }
}
