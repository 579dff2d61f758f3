package dev.rollcall.grpc;

import dev.rollcall.Instance;
import dev.rollcall.Snapshot;
import io.grpc.ConnectivityState;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which instances there are at one moment, and which of them are connected. Immutable.
 *
 * @param snapshot all of them
 * @param ready the connections that are ready, by instance id
 * @param pending whether others may soon be
 */
record Standing(Snapshot snapshot, Map<String, Connection> ready, boolean pending) {

    static Standing of(Collection<Connection> connections) {
        List<Instance> instances =
                connections.stream().map(Connection::instance).toList();
        Map<String, Connection> ready = new HashMap<>();
        boolean pending = false;
        for (Connection connection : connections) {
            if (connection.state() == ConnectivityState.READY) {
                ready.put(connection.instance().id(), connection);
            }
            pending |= connection.state() == ConnectivityState.CONNECTING;
        }
        String service = instances.isEmpty() ? "none" : instances.get(0).service();
        return new Standing(Snapshot.of(service, instances, Set.of()), ready, pending);
    }
}
