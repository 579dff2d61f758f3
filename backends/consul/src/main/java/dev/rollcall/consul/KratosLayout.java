package dev.rollcall.consul;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As kratos's {@code contrib/registry/consul} has it: the version is the tag {@code version=v1}, every endpoint a tagged address that holds the whole URL; where
 * there is none, it is HTTP at address and port. The weight is metadata. Stateless.
 *
 * <p>kratos dials only what passes all its checks. It gives an instance a TTL check, for which Rollcall's heartbeat stands, and a TCP check, which {@code ?check=tcp}
 * asks for.
 */
final class KratosLayout implements CatalogLayout {
    private static final String VERSION_TAG = "version=";
    private static final String SECURE = "isSecure=true";
    private static final Pattern URL =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]+)([/?#].*)?", Pattern.DOTALL);

    @Override
    public String name() {
        return "kratos";
    }

    @Override
    public List<String> tags(Instance instance) {
        return List.of(VERSION_TAG + instance.version());
    }

    /** The last tag of that form is the version. */
    @Override
    public boolean bears(String tag) {
        return !tag.startsWith(VERSION_TAG);
    }

    @Override
    public Map<String, String> meta(Instance instance) {
        return ForeignInstance.weightAsMetadata(instance);
    }

    @Override
    public boolean wrote(CatalogEntry entry) {
        return !entry.urls.isEmpty();
    }

    @Override
    public void read(CatalogEntry entry, ForeignInstance found) {
        found.weightFromMetadata();
        found.tags.removeIf(tag -> {
            boolean version = tag.startsWith(VERSION_TAG);
            if (version) {
                found.version = tag.substring(VERSION_TAG.length());
            }
            return version;
        });
        found.urls.clear();
        entry.urls.stream()
                .map(KratosLayout::endpoint)
                .flatMap(Optional::stream)
                .forEach(found.urls::add);
        if (found.scheme.equals("tcp")) {
            found.scheme = "http";
        }
    }

    /** An endpoint without what follows the port; empty for one that has no host and port, such as a socket's path. */
    private static Optional<String> endpoint(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String scheme = parts.group(1).toLowerCase(Locale.ROOT);
        boolean secure = url.contains(SECURE) && !scheme.endsWith("s");
        String endpoint = scheme + (secure ? "s://" : "://") + parts.group(2);
        try {
            return Optional.of(Endpoint.parse(endpoint).toString());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
