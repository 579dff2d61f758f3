package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.formats.DubboUrl;
import dev.rollcall.spi.Interner;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Dubbo's of the interface level: {@code {root}/{interface}/providers/{URL}}, both parts URL-encoded; the node's data means nothing. What else is beside
 * {@code providers} isn't looked at. The id follows from the URL. A provider that isn't up has no node until it is again. Thread-safe.
 */
final class DubboInterfaceLayout extends Layout {
    private static final byte[] NOTHING = new byte[0];

    private final DubboUrl urls;

    DubboInterfaceLayout(String name, String prefix, Interner strings) {
        super(name, prefix);
        this.urls = new DubboUrl(strings);
    }

    @Override
    String instances(String child) {
        return super.instances(child) + "/providers";
    }

    @Override
    String child(String service) {
        return URLEncoder.encode(service, StandardCharsets.UTF_8);
    }

    @Override
    Optional<String> serviceName(String child) {
        try {
            return super.serviceName(URLDecoder.decode(child, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    boolean hasFixedNode() {
        return false;
    }

    @Override
    String node(Instance instance) {
        return URLEncoder.encode(urls.write(instance), StandardCharsets.UTF_8);
    }

    @Override
    boolean isWritten(Instance instance) {
        return instance.status() == Status.UP;
    }

    /** Decoded first, as Go and Java encode differently. */
    @Override
    String id(String node) {
        return DubboUrl.id(URLDecoder.decode(node, StandardCharsets.UTF_8));
    }

    @Override
    byte[] write(Instance instance, long registeredAtMillis) {
        return NOTHING;
    }

    @Override
    Instance read(String service, String node, byte[] data) {
        return urls.read(service, URLDecoder.decode(node, StandardCharsets.UTF_8));
    }
}
