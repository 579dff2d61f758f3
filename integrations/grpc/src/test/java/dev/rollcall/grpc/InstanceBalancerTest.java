package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import io.grpc.Attributes;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.Helper;
import io.grpc.LoadBalancer.ResolvedAddresses;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.LoadBalancer.SubchannelStateListener;
import io.grpc.ManagedChannel;
import io.grpc.SynchronizationContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the balancer tells its channel when many connections change at once. */
class InstanceBalancerTest {
    private static final int INSTANCES = 1_000;

    private final SynchronizationContext serial = new SynchronizationContext((thread, e) -> {
        throw new AssertionError(e);
    });
    private final List<SubchannelStateListener> connections = new ArrayList<>();
    private final List<ConnectivityState> published = new ArrayList<>();
    private final InstanceBalancer balancer = new InstanceBalancer(
            new RecordingHelper(), new RollcallPolicies.RoundRobin().parse(Map.of()), System::nanoTime);

    @Test
    void aThousandConnectionsThatBecomeReadyAtOnceArePublishedAtOnce() {
        resolve();
        published.clear();

        serial.execute(() -> connections.forEach(connection -> report(connection, ConnectivityState.READY)));

        assertThat(published).containsExactly(ConnectivityState.READY);
    }

    @Test
    void eachIsPublishedWhenNothingElseWaits() {
        resolve();
        published.clear();

        connections.forEach(connection -> report(connection, ConnectivityState.READY));

        assertThat(published).hasSize(INSTANCES);
    }

    @Test
    void nothingIsPublishedAfterTheEnd() {
        resolve();
        published.clear();

        serial.execute(() -> {
            connections.forEach(connection -> report(connection, ConnectivityState.READY));
            balancer.shutdown();
        });

        assertThat(published).isEmpty();
    }

    private void resolve() {
        List<EquivalentAddressGroup> groups = IntStream.rangeClosed(1, INSTANCES)
                .mapToObj(port -> new EquivalentAddressGroup(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        Attributes.newBuilder()
                                .set(RollcallGrpc.INSTANCE, Instance.of("orders", "grpc://127.0.0.1:" + port))
                                .build()))
                .toList();
        serial.execute(() -> assertThat(balancer.acceptResolvedAddresses(ResolvedAddresses.newBuilder()
                                .setAddresses(groups)
                                .build())
                        .isOk())
                .isTrue());
    }

    private void report(SubchannelStateListener connection, ConnectivityState state) {
        serial.execute(() -> connection.onSubchannelState(ConnectivityStateInfo.forNonError(state)));
    }

    /** A channel without a network. */
    private final class RecordingHelper extends Helper {
        @Override
        public Subchannel createSubchannel(CreateSubchannelArgs arguments) {
            return new Subchannel() {
                @Override
                public void start(SubchannelStateListener listener) {
                    connections.add(listener);
                }

                @Override
                public void shutdown() {}

                @Override
                public void requestConnection() {}

                @Override
                public Attributes getAttributes() {
                    return arguments.getAttributes();
                }
            };
        }

        @Override
        public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
            published.add(state);
        }

        @Override
        public SynchronizationContext getSynchronizationContext() {
            return serial;
        }

        @Override
        public ManagedChannel createOobChannel(EquivalentAddressGroup addresses, String authority) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getAuthority() {
            return "orders";
        }
    }
}
