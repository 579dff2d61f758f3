package dev.rollcall.testing.benchmarks.picks;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ChannelLogger;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SynchronizationContext;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** grpc-java's own {@code round_robin} over subchannels that are ready at once, without a channel around it. */
final class GrpcRoundRobin {
    private final ReadyChannel channel = new ReadyChannel();

    GrpcRoundRobin(int size) {
        // grpc-services brings one that wraps the plain one for health checks, at a price for each pick.
        LoadBalancerProvider provider = ServiceLoader.load(LoadBalancerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.getPolicyName().equals("round_robin"))
                .min(Comparator.comparingInt(LoadBalancerProvider::getPriority))
                .orElseThrow(() -> new IllegalStateException("grpc-java's round_robin is not on the class path"));
        LoadBalancer balancer = provider.newLoadBalancer(channel);
        List<EquivalentAddressGroup> addresses = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            addresses.add(
                    new EquivalentAddressGroup(new InetSocketAddress("10.0.%d.%d".formatted(i >> 8, i & 255), 8080)));
        }
        channel.synchronization.execute(
                () -> balancer.acceptResolvedAddresses(LoadBalancer.ResolvedAddresses.newBuilder()
                        .setAddresses(addresses)
                        .build()));
        channel.synchronization.execute(channel::connectAll);
        if (pick(arguments()).getSubchannel() == null) {
            throw new IllegalStateException("no subchannel became ready");
        }
    }

    LoadBalancer.PickResult pick(LoadBalancer.PickSubchannelArgs arguments) {
        return channel.picker.pickSubchannel(arguments);
    }

    static LoadBalancer.PickSubchannelArgs arguments() {
        MethodDescriptor.Marshaller<Void> nothing = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(Void value) {
                return InputStream.nullInputStream();
            }

            @Override
            public @Nullable Void parse(InputStream stream) {
                return null;
            }
        };
        MethodDescriptor<Void, Void> method = MethodDescriptor.<Void, Void>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("orders/Get")
                .setRequestMarshaller(nothing)
                .setResponseMarshaller(nothing)
                .build();
        return new LoadBalancer.PickSubchannelArgs() {
            private final Metadata headers = new Metadata();

            @Override
            public CallOptions getCallOptions() {
                return CallOptions.DEFAULT;
            }

            @Override
            public Metadata getHeaders() {
                return headers;
            }

            @Override
            public MethodDescriptor<?, ?> getMethodDescriptor() {
                return method;
            }
        };
    }

    private static final class ReadyChannel extends LoadBalancer.Helper {
        private final SynchronizationContext synchronization = new SynchronizationContext((thread, failure) -> {
            throw new IllegalStateException(failure);
        });
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "timer");
            thread.setDaemon(true);
            return thread;
        });
        private final List<Subchannel> subchannels = new ArrayList<>();
        private volatile LoadBalancer.SubchannelPicker picker =
                new LoadBalancer.FixedResultPicker(LoadBalancer.PickResult.withNoResult());

        void connectAll() {
            subchannels.forEach(Subchannel::connect);
        }

        @Override
        public LoadBalancer.Subchannel createSubchannel(LoadBalancer.CreateSubchannelArgs arguments) {
            Subchannel subchannel = new Subchannel(arguments.getAddresses(), arguments.getAttributes());
            subchannels.add(subchannel);
            return subchannel;
        }

        @Override
        public void updateBalancingState(ConnectivityState state, LoadBalancer.SubchannelPicker latest) {
            picker = latest;
        }

        @Override
        public ManagedChannel createOobChannel(EquivalentAddressGroup address, String authority) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SynchronizationContext getSynchronizationContext() {
            return synchronization;
        }

        @Override
        public ScheduledExecutorService getScheduledExecutorService() {
            return timer;
        }

        @Override
        public String getAuthority() {
            return "orders";
        }

        @Override
        public ChannelLogger getChannelLogger() {
            return new Silence();
        }
    }

    /** For whoever logs, such as the health checks that grpc-services puts around every policy. */
    private static final class Silence extends ChannelLogger {
        @Override
        public void log(ChannelLogLevel level, String message) {}

        @Override
        public void log(ChannelLogLevel level, String format, Object... arguments) {}
    }

    private static final class Subchannel extends LoadBalancer.Subchannel {
        private final List<EquivalentAddressGroup> addresses;
        private final Attributes attributes;
        private LoadBalancer.@Nullable SubchannelStateListener listener;

        Subchannel(List<EquivalentAddressGroup> addresses, Attributes attributes) {
            this.addresses = addresses;
            this.attributes = attributes;
        }

        void connect() {
            if (listener != null) {
                listener.onSubchannelState(ConnectivityStateInfo.forNonError(ConnectivityState.CONNECTING));
                listener.onSubchannelState(ConnectivityStateInfo.forNonError(ConnectivityState.READY));
            }
        }

        @Override
        public ChannelLogger getChannelLogger() {
            return new Silence();
        }

        @Override
        public void start(LoadBalancer.SubchannelStateListener listener) {
            this.listener = listener;
        }

        @Override
        public void shutdown() {}

        @Override
        public void requestConnection() {}

        @Override
        public List<EquivalentAddressGroup> getAllAddresses() {
            return addresses;
        }

        @Override
        public Attributes getAttributes() {
            return attributes;
        }
    }
}
