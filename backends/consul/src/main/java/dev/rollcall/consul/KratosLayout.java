package dev.rollcall.consul;

import dev.rollcall.Instance;
import java.util.List;
import java.util.Map;

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
        return !entry.urls.isEmpty() || entry.tags.stream().anyMatch(tag -> tag.startsWith(VERSION_TAG));
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
        for (int i = 0; i < entry.urls.size(); i++) {
            String url = found.urls.get(i);
            if (entry.urls.get(i).contains(SECURE) && (url.startsWith("grpc://") || url.startsWith("http://"))) {
                found.urls.set(i, url.replaceFirst("://", "s://"));
            }
        }
        if (found.scheme.equals("tcp")) {
            found.scheme = "http";
        }
    }
}
