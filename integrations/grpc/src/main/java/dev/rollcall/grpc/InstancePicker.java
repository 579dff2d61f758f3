package dev.rollcall.grpc;

import dev.rollcall.balance.NoInstanceException;
import dev.rollcall.balance.Pick;
import dev.rollcall.balance.Selector;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a connection for each call, as a selector does. Safe for use by many threads.
 *
 * <p>Design note: while one thread makes the selector's picker for a new standing, the others still choose by the former
 * one, and may get an instance that is no longer connected, or nobody. They may not fail a call for that, nor have it
 * wait: it would wait for the next change of a connection, and there may be none. So they choose once more by a selector
 * of their own, made of one standing.
 */
final class InstancePicker extends SubchannelPicker {
    private final PolicyConfig policy;
    private final Supplier<Standing> standing;
    private final LongSupplier nanoClock;
    private final Selector selector;
    private final boolean measured;

    /** @param standing the current one; a picker follows each that is replaced */
    InstancePicker(PolicyConfig policy, Supplier<Standing> standing, LongSupplier nanoClock) {
        this(
                policy,
                standing,
                nanoClock,
                Selector.of(
                        () -> standing.get().snapshot(),
                        new ConnectedOnly(
                                policy.balancer(), () -> standing.get().ready().keySet()),
                        nanoClock));
    }

    private InstancePicker(
            PolicyConfig policy, Supplier<Standing> standing, LongSupplier nanoClock, Selector selector) {
        this.policy = policy;
        this.standing = standing;
        this.nanoClock = nanoClock;
        this.selector = selector;
        this.measured = !policy.balancer().needs().isEmpty();
    }

    /** Another object that chooses alike and knows what this one has learnt. */
    InstancePicker renewed() {
        return new InstancePicker(policy, standing, nanoClock, selector);
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs args) {
        String key = key(args);
        try {
            Pick pick = pick(selector, key);
            Connection connection = standing.get().ready().get(pick.instance().id());
            if (connection != null) {
                return measured ? measured(connection, pick, args) : connection.unmeasured();
            }
        } catch (NoInstanceException perhapsOutdated) {
            return pickAfresh(standing.get(), key);
        }
        return pickAfresh(standing.get(), key);
    }

    private PickResult pickAfresh(Standing now, @Nullable String key) {
        try {
            Selector afresh = Selector.of(
                    now::snapshot,
                    new ConnectedOnly(policy.balancer(), () -> now.ready().keySet()),
                    nanoClock);
            Connection connection = now.ready().get(pick(afresh, key).instance().id());
            return connection == null ? PickResult.withNoResult() : connection.unmeasured();
        } catch (NoInstanceException e) {
            // Whoever is still connecting may be one that can be chosen; then there will be another picker.
            return now.pending()
                    ? PickResult.withNoResult()
                    : PickResult.withError(Status.UNAVAILABLE.withDescription(e.getMessage()));
        }
    }

    /** Closed at once: most often a stream follows, which takes another from it; but gRPC doesn't tell if none does. */
    private static Pick pick(Selector selector, @Nullable String key) {
        Pick pick = key == null ? selector.pick() : selector.pick(key);
        pick.close();
        return pick;
    }

    private PickResult measured(Connection connection, Pick pick, PickSubchannelArgs args) {
        boolean streams = args.getMethodDescriptor().getType() != MethodType.UNARY;
        return PickResult.withSubchannel(
                connection.subchannel(), new OutcomeTracer.Factory(pick, policy.latencyMatters() && streams));
    }

    private @Nullable String key(PickSubchannelArgs args) {
        String option = args.getCallOptions().getOption(RollcallGrpc.HASH_KEY);
        Metadata.Key<String> header = policy.hashHeader();
        return option != null || header == null ? option : args.getHeaders().get(header);
    }

    @Override
    public String toString() {
        return policy + " of " + standing.get().snapshot();
    }
}
