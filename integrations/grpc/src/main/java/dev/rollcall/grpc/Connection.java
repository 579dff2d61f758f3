package dev.rollcall.grpc;

import dev.rollcall.Instance;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.Status;
import java.net.SocketAddress;
import java.util.Collections;
import java.util.List;

/** An instance and gRPC's connection to it. Used in the channel's synchronization context; the result by any thread. */
final class Connection {
    private final Subchannel subchannel;
    private final PickResult unmeasured;
    private Instance instance;
    private List<SocketAddress> addresses;
    private ConnectivityState state = ConnectivityState.CONNECTING;
    private Status failure = Status.OK;
    private boolean closed;

    Connection(Instance instance, List<SocketAddress> addresses, Subchannel subchannel) {
        this.instance = instance;
        this.addresses = addresses;
        this.subchannel = subchannel;
        this.unmeasured = PickResult.withSubchannel(subchannel);
    }

    Instance instance() {
        return instance;
    }

    void instance(Instance latest) {
        instance = latest;
    }

    /**
     * Takes other addresses, if some are the same; what is connected stays so. An instance that is somewhere else
     * altogether is connected to afresh, while its old connection finishes its calls.
     */
    boolean moveTo(EquivalentAddressGroup group) {
        if (addresses.equals(group.getAddresses())) {
            return true;
        }
        if (Collections.disjoint(addresses, group.getAddresses())) {
            return false;
        }
        addresses = group.getAddresses();
        subchannel.updateAddresses(List.of(group));
        return true;
    }

    Subchannel subchannel() {
        return subchannel;
    }

    ConnectivityState state() {
        return state;
    }

    Status failure() {
        return failure;
    }

    /** The choice of this connection for a call that nobody measures. */
    PickResult unmeasured() {
        return unmeasured;
    }

    /**
     * Takes in what gRPC says.
     *
     * @return whether that makes a difference to picks
     */
    boolean update(ConnectivityStateInfo info) {
        ConnectivityState reported = info.getState();
        if (closed || reported == ConnectivityState.SHUTDOWN) {
            return false;
        }
        if (reported == ConnectivityState.IDLE) {
            subchannel.requestConnection();
        }
        // Once it failed it counts as failing until it is ready, lest calls wait through every attempt.
        boolean stillFailing = state == ConnectivityState.TRANSIENT_FAILURE
                && (reported == ConnectivityState.CONNECTING || reported == ConnectivityState.IDLE);
        if (stillFailing) {
            return false;
        }
        ConnectivityState next = reported == ConnectivityState.IDLE ? ConnectivityState.CONNECTING : reported;
        boolean different = next != state;
        state = next;
        failure = info.getStatus();
        return different;
    }

    /** Calls under way may finish. */
    void close() {
        closed = true;
        subchannel.shutdown();
    }
}
