package dev.rollcall.internal;

import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.StoreUri;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Finds the backend that a URI asks for. */
final class Backends {
    private Backends() {}

    /**
     * The provider for this URI, on the class path unless given.
     *
     * @throws IllegalArgumentException if there is none, or it doesn't understand TLS or a parameter; the message names what it does
     */
    static BackendProvider providerFor(StoreUri uri, @Nullable BackendProvider given) {
        BackendProvider provider = given != null ? given : onClassPath(uri);
        if (uri.tls() && !provider.tls()) {
            throw new IllegalArgumentException(
                    "registry: " + uri + " asks for TLS (expected: " + uri.scheme() + ": without +tls)");
        }
        uri.requireKnownParameters(provider.parameters());
        return provider;
    }

    private static BackendProvider onClassPath(StoreUri uri) {
        List<String> examples = new ArrayList<>();
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader())) {
            if (provider.schemes().contains(uri.scheme())) {
                return provider;
            }
            examples.add(provider.example());
        }
        throw new IllegalArgumentException("registry: no backend for the scheme \"" + uri.scheme() + "\" ("
                + (examples.isEmpty()
                        ? "there is no backend on the class path; add rollcall-etcd, rollcall-zookeeper, …"
                        : "expected one like " + String.join(", ", examples))
                + ")");
    }
}
