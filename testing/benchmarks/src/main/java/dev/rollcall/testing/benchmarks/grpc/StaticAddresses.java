package dev.rollcall.testing.benchmarks.grpc;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;

/** Resolves {@code static:///any} to ports of loopback's, once. */
final class StaticAddresses extends NameResolverProvider {
    static final String TARGET = "static:///echo";

    private final List<Integer> ports;

    StaticAddresses(List<Integer> ports) {
        this.ports = ports;
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return 0;
    }

    @Override
    public String getDefaultScheme() {
        return "static";
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
        List<EquivalentAddressGroup> addresses = ports.stream()
                .map(port -> new EquivalentAddressGroup(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                .toList();
        return new NameResolver() {
            @Override
            public String getServiceAuthority() {
                return "echo";
            }

            @Override
            public void start(Listener2 listener) {
                var unused = listener.onResult2(ResolutionResult.newBuilder()
                        .setAddressesOrError(StatusOr.fromValue(addresses))
                        .build());
            }

            @Override
            public void shutdown() {}
        };
    }
}
