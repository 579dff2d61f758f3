package dev.rollcall.grpc;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;
import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a snapshot is to gRPC. Immutable.
 *
 * @param groups one for each instance that can be called, in the order of their ids
 * @param missing how many instances are out, by reason
 */
record Addresses(List<EquivalentAddressGroup> groups, Map<String, Integer> missing) {
    static final String UNRESOLVED = "with a host that has no address";

    Addresses {
        groups = List.copyOf(groups);
    }

    /**
     * @param schemes of the endpoints to call, the best first
     * @param hosts the addresses of a host, none while they are unknown
     */
    static Addresses of(Snapshot snapshot, List<String> schemes, Function<String, List<InetAddress>> hosts) {
        List<EquivalentAddressGroup> groups =
                new ArrayList<>(snapshot.instances().size());
        Map<String, Integer> missing = new TreeMap<>();
        for (Instance instance : snapshot.instances()) {
            Optional<Endpoint> endpoint = endpoint(instance, schemes);
            if (instance.status() != Status.UP) {
                missing.merge(instance.status().name(), 1, Integer::sum);
            } else if (endpoint.isEmpty()) {
                missing.merge("without an endpoint of " + String.join(", ", schemes), 1, Integer::sum);
            } else {
                List<InetAddress> addresses = hosts.apply(endpoint.get().host());
                if (addresses.isEmpty()) {
                    missing.merge(UNRESOLVED, 1, Integer::sum);
                } else {
                    groups.add(group(instance, addresses, endpoint.get().port()));
                }
            }
        }
        return new Addresses(groups, missing);
    }

    private static Optional<Endpoint> endpoint(Instance instance, List<String> schemes) {
        for (String scheme : schemes) {
            for (Endpoint endpoint : instance.endpoints()) {
                if (endpoint.scheme().equals(scheme) && endpoint.port() > 0) {
                    return Optional.of(endpoint);
                }
            }
        }
        return Optional.empty();
    }

    private static EquivalentAddressGroup group(Instance instance, List<InetAddress> addresses, int port) {
        List<SocketAddress> sockets = addresses.stream()
                .map(address -> (SocketAddress) new InetSocketAddress(address, port))
                .toList();
        return new EquivalentAddressGroup(
                sockets,
                Attributes.newBuilder().set(RollcallGrpc.INSTANCE, instance).build());
    }

    boolean waitsForHosts() {
        return missing.containsKey(UNRESOLVED);
    }

    /** Why there is nobody to call, and what to do about it. */
    String whyEmpty(Snapshot snapshot, String registry) {
        if (snapshot.instances().isEmpty()) {
            return snapshot.service() + " has no instance in " + registry
                    + ": none was ever registered under this name, or all have been deregistered. This channel works"
                    + " again as soon as one is registered";
        }
        StringBuilder reasons = new StringBuilder();
        missing.forEach((reason, count) -> reasons.append(reasons.isEmpty() ? "" : ", ")
                .append(count)
                .append(' ')
                .append(reason));
        return "none of the " + snapshot.instances().size() + " instances of " + snapshot.service() + " in " + registry
                + " can be called: " + reasons + ". This channel works again as soon as one can";
    }
}
