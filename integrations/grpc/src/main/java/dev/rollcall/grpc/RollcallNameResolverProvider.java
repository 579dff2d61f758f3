package dev.rollcall.grpc;

import dev.rollcall.Rollcall;
import dev.rollcall.spi.StoreUri;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.URI;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes resolvers of {@code rollcall:} targets. The one that gRPC finds by itself ({@link java.util.ServiceLoader}) has
 * no state: which registry to ask it learns from each channel's arguments; see {@link RollcallGrpc}. Safe for use by
 * many threads.
 */
public final class RollcallNameResolverProvider extends NameResolverProvider {
    /** Below gRPC's own 5, so that targets without a scheme stay DNS names. */
    private static final int PRIORITY = 4;

    private final @Nullable RollcallGrpc bound;

    /** For {@link java.util.ServiceLoader}. */
    public RollcallNameResolverProvider() {
        this.bound = null;
    }

    RollcallNameResolverProvider(RollcallGrpc bound) {
        this.bound = bound;
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return PRIORITY;
    }

    @Override
    public String getDefaultScheme() {
        return RollcallGrpc.SCHEME;
    }

    /**
     * A resolver of a target, null if its scheme is another.
     *
     * @throws IllegalArgumentException if the target is malformed, or the channel has no client that it means; the
     *     message says what was expected
     */
    @Override
    public @Nullable NameResolver newNameResolver(URI targetUri, NameResolver.Args args) {
        String scheme = targetUri.getScheme();
        if (scheme == null || !scheme.toLowerCase(Locale.ROOT).equals(RollcallGrpc.SCHEME)) {
            return null;
        }
        Target target = Target.parse(targetUri);
        RollcallGrpc given = bound == null ? args.getArg(RollcallGrpc.CHANNEL) : bound;
        RollcallGrpc channel = given == null ? RollcallGrpc.unbound() : given;
        ClientSource source = source(targetUri, target, channel, args.getArg(RollcallGrpc.REGISTRY));
        return new RegistryResolver(target, source, channel, args);
    }

    private static ClientSource source(
            URI uri, Target target, RollcallGrpc channel, @Nullable String registryArgument) {
        if (!target.alias().isEmpty()) {
            Rollcall aliased = channel.aliases().get(target.alias());
            if (aliased == null) {
                throw new IllegalArgumentException("target " + Target.shown(uri)
                        + " has an alias that this channel doesn't know (expected: one of "
                        + new TreeSet<>(channel.aliases().keySet()) + "; see RollcallGrpc.withAlias)");
            }
            return ClientSource.shared(aliased);
        }
        String registry = target.registry().orElse(registryArgument);
        if (registry != null) {
            return ClientSource.owned(StoreUri.parse(registry).toString(), registry);
        }
        Rollcall rollcall = channel.rollcall();
        if (rollcall == null) {
            throw new IllegalArgumentException("target " + Target.shown(uri)
                    + ": this channel doesn't know which registry to ask (expected: RollcallGrpc.of(rollcall)"
                    + ".configure(builder), or builder.setNameResolverArg(RollcallGrpc.REGISTRY, \"etcd://host:2379\"),"
                    + " or ?registry=etcd://host:2379 in the target)");
        }
        return ClientSource.shared(rollcall);
    }
}
