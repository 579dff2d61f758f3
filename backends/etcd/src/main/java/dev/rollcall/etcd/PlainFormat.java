package dev.rollcall.etcd;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.formats.InstanceFormat;
import java.nio.charset.StandardCharsets;

/**
 * A bare {@code host:port}, as tutorials and go-zero write it. Of an instance it keeps the first endpoint's address and nothing else. Reading takes
 * {@code scheme://host:port} too. Stateless.
 */
final class PlainFormat implements InstanceFormat {
    private static final int MAX_BYTES = 1024;

    @Override
    public byte[] write(Instance instance) {
        return instance.endpoint().authority().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Instance read(String service, String id, byte[] value) {
        if (value.length > MAX_BYTES) {
            throw new IllegalArgumentException("value: " + value.length + " bytes (expected: host:port)");
        }
        String address = new String(value, StandardCharsets.UTF_8).strip();
        return Instance.of(service, Endpoint.parse(address).toString()).withId(id);
    }
}
