package dev.rollcall.grpc;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Endpoint;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.StoreException;
import io.grpc.Attributes;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import io.grpc.SynchronizationContext.ScheduledHandle;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tells a channel the instances of a service and its service config, and each change of them, until it is shut down. An
 * outage of the registry is no news: the channel keeps what it has (guarantee G4). While nothing is known yet, calls wait;
 * after {@value #PATIENCE_SECONDS} s the channel goes on without the service config, or, without instances, those calls
 * fail that don't ask to wait for ready, and learn why.
 *
 * <p>Everything but listeners and lookups runs in the channel's synchronization context.
 */
final class RegistryResolver extends NameResolver {
    /** Why the list of addresses is empty: an attribute of the resolution. */
    static final Attributes.Key<String> WHY_EMPTY = Attributes.Key.create("dev.rollcall.grpc.whyEmpty");

    private static final long PATIENCE_SECONDS = 5;
    /** As long as the JVM remembers by default that a name has no address. */
    private static final long UNKNOWN_HOST_SECONDS = 10;

    private final Target target;
    private final ClientSource source;
    private final RollcallGrpc channel;
    private final Args args;
    private final SynchronizationContext serial;
    private final HostAddresses hosts;
    private final AtomicReference<@Nullable Reading<Snapshot>> unseen = new AtomicReference<>();
    private final FollowedServiceConfig serviceConfig;

    private @Nullable Listener2 listener;
    private @Nullable Rollcall client;
    private @Nullable ServiceView view;
    private @Nullable ScheduledHandle patience;
    private @Nullable ScheduledHandle nextLookup;
    private @Nullable Reading<Snapshot> current;
    private @Nullable ResolutionResult told;
    private boolean opening;
    private boolean impatient;
    private boolean closed;

    RegistryResolver(Target target, ClientSource source, RollcallGrpc channel, Args args) {
        this.target = target;
        this.source = source;
        this.channel = channel;
        this.args = args;
        this.serial = args.getSynchronizationContext();
        this.hosts = new HostAddresses(task -> offload(args, task), serial, this::tell);
        this.serviceConfig = new FollowedServiceConfig(
                target.service(),
                channel.serviceConfig(target.service()),
                args.getServiceConfigParser(),
                () -> serial.execute(this::tell));
    }

    private static void offload(Args args, Runnable task) {
        requireNonNull(args.getOffloadExecutor(), "offloadExecutor").execute(task);
    }

    @Override
    public String getServiceAuthority() {
        return target.authority();
    }

    @Override
    public void start(Listener2 listener) {
        this.listener = listener;
        patience = serial.schedule(
                this::losePatience, PATIENCE_SECONDS, TimeUnit.SECONDS, args.getScheduledExecutorService());
        serviceConfig.follow();
        follow();
    }

    /** A hint that connections fail: names may stand for other addresses now. Instances need no asking for. */
    @Override
    public void refresh() {
        if (view == null) {
            follow();
        } else {
            hosts.refresh();
        }
    }

    @Override
    public void shutdown() {
        closed = true;
        if (patience != null) {
            patience.cancel();
        }
        if (nextLookup != null) {
            nextLookup.cancel();
        }
        serviceConfig.close();
        if (view != null) {
            view.close();
        }
        release(client);
    }

    private void release(@Nullable Rollcall opened) {
        if (source.owned() && opened != null) {
            var unused = opened.closeAsync();
        }
    }

    private void follow() {
        if (opening || closed) {
            return;
        }
        opening = true;
        // Opening a client reads files, and may start a server in this process.
        offload(args, () -> {
            Rollcall opened = null;
            try {
                opened = source.client().get();
                ServiceView service = opened.discover(target.service());
                Rollcall client = opened;
                serial.execute(() -> followed(client, service));
            } catch (RuntimeException e) {
                release(opened);
                serial.execute(() -> failed(e));
            }
        });
    }

    private void followed(Rollcall opened, ServiceView service) {
        opening = false;
        if (closed) {
            service.close();
            release(opened);
            return;
        }
        client = opened;
        view = service;
        var unused = service.listen(this::see);
    }

    private void failed(RuntimeException e) {
        opening = false;
        fail(Status.UNAVAILABLE
                .withDescription(target.service() + " can't be looked up in " + source.name() + ": " + e.getMessage())
                .withCause(e));
    }

    /** On Rollcall's listener threads. */
    private void see(Reading<Snapshot> reading) {
        if (unseen.getAndSet(reading) == null) {
            serial.execute(() -> {
                current = unseen.getAndSet(null);
                tell();
            });
        }
    }

    private void tell() {
        Snapshot snapshot = current == null ? null : current.value().orElse(null);
        if (closed || snapshot == null || (serviceConfig.isAwaited() && !impatient)) {
            return;
        }
        Addresses addresses = Addresses.of(snapshot, channel.schemes(), hosts::of);
        hosts.retain(hostsOf(snapshot));
        if (addresses.waitsForHosts()) {
            if (addresses.groups().isEmpty() && hosts.busy()) {
                return;
            }
            lookUpLater();
        }
        if (patience != null) {
            patience.cancel();
        }
        Attributes attributes = addresses.groups().isEmpty()
                ? Attributes.newBuilder()
                        .set(WHY_EMPTY, addresses.whyEmpty(snapshot, source.name()))
                        .build()
                : Attributes.EMPTY;
        ResolutionResult.Builder result = ResolutionResult.newBuilder()
                .setAddressesOrError(StatusOr.fromValue(addresses.groups()))
                .setAttributes(attributes);
        ConfigOrError config = serviceConfig.latest();
        if (config != null) {
            result.setServiceConfig(config);
        }
        tell(result.build());
    }

    private void lookUpLater() {
        if (nextLookup == null || !nextLookup.isPending()) {
            nextLookup = serial.schedule(
                    hosts::refresh, UNKNOWN_HOST_SECONDS, TimeUnit.SECONDS, args.getScheduledExecutorService());
        }
    }

    /** An outage and its end change no address, so they are kept from the channel. */
    private void tell(ResolutionResult result) {
        if (!result.equals(told)) {
            told = result;
            var unused = requireNonNull(listener, "listener").onResult2(result);
        }
    }

    private static Set<String> hostsOf(Snapshot snapshot) {
        Set<String> names = new HashSet<>();
        snapshot.instances()
                .forEach(instance ->
                        instance.endpoints().stream().map(Endpoint::host).forEach(names::add));
        return names;
    }

    private void losePatience() {
        impatient = true;
        tell();
        if (told != null || closed) {
            return;
        }
        StoreException cause = current instanceof Reading.Pending<Snapshot> pending ? pending.cause() : null;
        fail(Status.UNAVAILABLE.withDescription("nothing is known yet of " + target.service() + " in " + source.name()
                + ": " + (cause == null ? "the registry has not answered" : cause.getMessage())
                + ". Rollcall goes on asking, and this channel works as soon as the registry answers"));
    }

    private void fail(Status status) {
        if (!closed) {
            requireNonNull(listener, "listener").onError(status);
        }
    }
}
