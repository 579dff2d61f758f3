package dev.rollcall.memory;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.StoreUri;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Opens clients of {@link MemoryStore}s: {@code memory:} and {@code memory:name}, one store a name in this JVM. The parameter
 * {@code link} names the {@link ClientLink} that the client uses, by default that of the client's name. Safe for use by many threads.
 */
public final class MemoryBackendProvider implements BackendProvider {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{0,255}");

    private final Function<String, MemoryStore> stores;

    /** For {@link java.util.ServiceLoader}. */
    public MemoryBackendProvider() {
        this(MemoryStore::named);
    }

    MemoryBackendProvider(Function<String, MemoryStore> stores) {
        this.stores = stores;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public boolean tls() {
        return false;
    }

    @Override
    public String example() {
        return "memory:name";
    }

    @Override
    public Set<String> parameters() {
        return Set.of("link");
    }

    @Override
    public Backend open(StoreUri uri, BackendContext context) {
        if (!uri.hosts().isEmpty()
                || uri.credentials().isPresent()
                || !NAME.matcher(uri.path()).matches()) {
            throw new IllegalArgumentException("registry: " + uri
                    + " (expected: memory: or memory:name, the name of up to 255 letters, digits, '.', '_' and '-')");
        }
        MemoryStore store = stores.apply(uri.path());
        return MemoryBackend.open(store, store.link(uri.parameter("link").orElse(context.clientName())), context);
    }
}
