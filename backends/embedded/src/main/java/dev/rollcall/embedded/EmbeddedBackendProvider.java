package dev.rollcall.embedded;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.StoreUri;
import dev.rollcall.zookeeper.ZooKeeperBackendProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes backends of a registry inside the process: {@code embedded:}, which lasts as long as a client of this process uses it, and {@code
 * embedded:/some/directory}, whose data stay. Stateless but for the servers that run; thread-safe.
 *
 * <ul>
 *   <li>The clients of one process that name the same directory, or none, share one server, which stops with the last of them.
 *   <li>A directory whose server runs in another process: the client connects to that.
 *   <li>{@code port}: where it listens, on the loopback address; by default the port that it had last, or any that is free. Any ZooKeeper
 *       client on this machine may connect.
 *   <li>{@code layout}, {@code root}, {@code configRoot}: as for {@code zookeeper:}.
 * </ul>
 *
 * <p>The first {@link #open} waits until the server runs, about half a second.
 */
public final class EmbeddedBackendProvider implements BackendProvider {
    private static final String EXAMPLE = "embedded: or embedded:/some/directory";
    private static final Set<String> PARAMETERS = Stream.concat(
                    new ZooKeeperBackendProvider().parameters().stream(), Stream.of("port"))
            .collect(Collectors.toUnmodifiableSet());
    private static final SharedRegistries REGISTRIES = new SharedRegistries();

    /** Does nothing. */
    public EmbeddedBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("embedded");
    }

    @Override
    public boolean tls() {
        return false;
    }

    @Override
    public String example() {
        return EXAMPLE;
    }

    @Override
    public Set<String> parameters() {
        return PARAMETERS;
    }

    /** @throws IllegalArgumentException also if the server can't be started; the message says why */
    @Override
    public Backend open(StoreUri uri, BackendContext context) {
        return leased(uri, (own, lease) -> new LeasedBackend(new ZooKeeperBackendProvider().open(own, context), lease));
    }

    @Override
    public Checkup checkup(StoreUri uri, Duration timeout, boolean mayWrite) {
        return leased(
                uri,
                (own, lease) ->
                        new LeasedCheckup(new ZooKeeperBackendProvider().checkup(own, timeout, mayWrite), own, lease));
    }

    private static <T> T leased(StoreUri uri, BiFunction<StoreUri, SharedRegistries.Lease, T> open) {
        if (!uri.hosts().isEmpty() || uri.credentials().isPresent()) {
            throw new IllegalArgumentException(
                    "registry: " + uri + " names a host (expected: " + EXAMPLE + ", or zookeeper://host:port)");
        }
        Optional<Path> directory = uri.path().isEmpty() ? Optional.empty() : Optional.of(Path.of(uri.path()));
        SharedRegistries.Lease lease;
        try {
            lease = REGISTRIES.acquire(directory, port(uri));
        } catch (IOException e) {
            throw new IllegalArgumentException("registry: " + uri + " can't be opened: " + e.getMessage(), e);
        }
        try {
            return open.apply(zooKeeper(uri, lease), lease);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private static StoreUri zooKeeper(StoreUri uri, SharedRegistries.Lease lease) {
        Map<String, String> parameters = new HashMap<>(uri.parameters());
        parameters.remove("port");
        return new StoreUri("zookeeper", false, List.of(lease.endpoint()), "", Optional.empty(), parameters);
    }

    private static int port(StoreUri uri) {
        String port = uri.parameter("port").orElse("0");
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException("registry parameter port: " + port + " (expected: 0 to 65535)");
        }
        return Integer.parseInt(port);
    }
}
