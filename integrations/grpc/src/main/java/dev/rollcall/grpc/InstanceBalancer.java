package dev.rollcall.grpc;

import dev.rollcall.Instance;
import io.grpc.Attributes;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection to each instance of one channel's service and has one of Rollcall's balancers choose among those
 * that are ready. What the balancer learns stays while instances and connections come and go; a changed configuration
 * begins anew. Runs in the channel's synchronization context.
 *
 * <p>Design note. What connections report is published once for all that the context has waiting, as a picker costs time linear in the
 * number of instances: published one by one, ten thousand connections would cost a hundred million steps.
 */
final class InstanceBalancer extends LoadBalancer {
    private static final int MAX_FAILURES_SHOWN = 3;

    private final Helper helper;
    private final PolicyConfig defaults;
    private final LongSupplier nanoClock;
    private Map<String, Connection> connections = new LinkedHashMap<>();
    private @Nullable InstancePicker picker;
    private @Nullable PolicyConfig policy;
    private volatile Standing standing = Standing.of(List.of());
    private boolean publishDue;
    private boolean closed;
    private Status nobody = Status.UNAVAILABLE.withDescription("no instance is known yet");

    InstanceBalancer(Helper helper, PolicyConfig defaults, LongSupplier nanoClock) {
        this.helper = helper;
        this.defaults = defaults;
        this.nanoClock = nanoClock;
    }

    @Override
    public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
        List<Connection> orphans = connect(resolved.getAddresses());
        String why = resolved.getAttributes().get(RegistryResolver.WHY_EMPTY);
        nobody = Status.UNAVAILABLE.withDescription(why == null ? "the list of addresses is empty" : why);
        choosePolicy(resolved.getLoadBalancingPolicyConfig() instanceof PolicyConfig given ? given : defaults);
        publish();
        orphans.forEach(Connection::close);
        return Status.OK;
    }

    /** Makes the connections that are new, and returns those that are needed no more. */
    private List<Connection> connect(List<EquivalentAddressGroup> groups) {
        Map<String, Connection> wanted = new LinkedHashMap<>();
        List<Connection> added = new ArrayList<>();
        String service = AddressedInstance.service(groups);
        for (EquivalentAddressGroup group : groups) {
            Instance instance = AddressedInstance.of(group, service);
            if (wanted.containsKey(instance.id())) {
                continue;
            }
            Connection connection = connections.get(instance.id());
            if (connection == null || !connection.moveTo(group)) {
                connection = open(instance, group);
                added.add(connection);
            }
            connection.instance(instance);
            wanted.put(instance.id(), connection);
        }
        List<Connection> orphans = connections.values().stream()
                .filter(connection -> wanted.get(connection.instance().id()) != connection)
                .toList();
        connections = wanted;
        added.forEach(connection -> connection.subchannel().requestConnection());
        return orphans;
    }

    private Connection open(Instance instance, EquivalentAddressGroup group) {
        Subchannel subchannel = helper.createSubchannel(CreateSubchannelArgs.newBuilder()
                .setAddresses(group)
                .setAttributes(Attributes.newBuilder()
                        .set(RollcallGrpc.INSTANCE, instance)
                        .build())
                .build());
        Connection connection = new Connection(instance, group.getAddresses(), subchannel);
        subchannel.start(state -> update(connection, state));
        return connection;
    }

    private void update(Connection connection, ConnectivityStateInfo info) {
        boolean lost =
                info.getState() == ConnectivityState.TRANSIENT_FAILURE || info.getState() == ConnectivityState.IDLE;
        if (lost) {
            helper.refreshNameResolution();
        }
        if (connection.update(info) && !publishDue) {
            publishDue = true;
            // Behind what waits already.
            helper.getSynchronizationContext().execute(this::publishIfDue);
        }
    }

    private void publishIfDue() {
        if (publishDue && !closed) {
            publish();
        }
    }

    private void choosePolicy(PolicyConfig chosen) {
        if (!chosen.equals(policy)) {
            policy = chosen;
            picker = null;
        }
    }

    /** The standing goes first: a picker that has seen it and says "wait" relies on being replaced afterwards. */
    private void publish() {
        publishDue = false;
        Standing latest = Standing.of(connections.values());
        standing = latest;
        if (!latest.ready().isEmpty()) {
            helper.updateBalancingState(ConnectivityState.READY, picker());
        } else if (latest.pending()) {
            helper.updateBalancingState(ConnectivityState.CONNECTING, new FixedResultPicker(PickResult.withNoResult()));
        } else {
            helper.updateBalancingState(
                    ConnectivityState.TRANSIENT_FAILURE, new FixedResultPicker(PickResult.withError(failure())));
        }
    }

    /** A new object each time, as gRPC looks at waiting calls again only for one that it has not seen. */
    private InstancePicker picker() {
        PolicyConfig chosen = policy == null ? defaults : policy;
        InstancePicker former = picker;
        InstancePicker next = former == null ? new InstancePicker(chosen, () -> standing, nanoClock) : former.renewed();
        picker = next;
        return next;
    }

    private Status failure() {
        if (connections.isEmpty()) {
            return nobody;
        }
        StringBuilder text = new StringBuilder("none of the ")
                .append(connections.size())
                .append(" instances that are up can be connected to: ");
        connections.values().stream()
                .limit(MAX_FAILURES_SHOWN)
                .forEach(connection -> text.append(connection.instance().id())
                        .append(" (")
                        .append(connection.failure().getDescription())
                        .append(") "));
        if (connections.size() > MAX_FAILURES_SHOWN) {
            text.append("and others ");
        }
        Status first = connections.values().iterator().next().failure();
        return Status.UNAVAILABLE.withDescription(text.toString().strip()).withCause(first.getCause());
    }

    @Override
    public void handleNameResolutionError(Status error) {
        if (connections.isEmpty()) {
            nobody = error;
            publish();
        }
    }

    @Override
    public void requestConnection() {
        connections.values().forEach(connection -> connection.subchannel().requestConnection());
    }

    @Override
    public void shutdown() {
        closed = true;
        connections.values().forEach(Connection::close);
        connections.clear();
    }
}
