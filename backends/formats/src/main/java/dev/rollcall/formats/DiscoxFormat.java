package dev.rollcall.formats;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The attributes that discox writes at an address, which stands in the entry's name: any text, by its convention JSON such as
 * {@code {"hostname":"xxx","weight":1}}, or nothing. They are the instance's metadata; text of another kind is metadata under {@code
 * attributes}. The id is the address, {@code host:port}; an instance's own is not kept. What discox has no place for is written as {@link OwnFields}.
 */
public final class DiscoxFormat implements InstanceFormat {
    private static final String OTHER_ATTRIBUTES = "attributes";

    private final Interner strings;

    /**
     * Makes one.
     *
     * @param strings shares what repeats among instances
     */
    public DiscoxFormat(Interner strings) {
        this.strings = strings;
    }

    /** The id that an instance has in this format: its first endpoint's address. */
    public static String id(Instance instance) {
        return instance.endpoint().authority();
    }

    @Override
    public byte[] write(Instance instance) {
        Instance understood = understood(instance.service(), id(instance), instance.metadata());
        Map<String, String> attributes = OwnFields.writeWithWeight(instance, understood, Set.of());
        if (attributes.isEmpty()) {
            return new byte[0];
        }
        boolean weightIsOurs = OwnFields.isWeightOurs(attributes);
        return GoJson.object(json -> {
            for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                if (weightIsOurs && attribute.getKey().equals("weight")) {
                    json.writeNumberField("weight", instance.weight());
                } else {
                    json.writeStringField(attribute.getKey(), attribute.getValue());
                }
            }
        });
    }

    private static Instance understood(String service, String address, Map<String, String> attributes) {
        return new Instance(
                service,
                address,
                List.of(Endpoint.parse(address)),
                OwnFields.foreignWeight(attributes, 1),
                Status.UP,
                "",
                "",
                Map.of());
    }

    /** @param address the entry's name, which is both the id and where it listens */
    @Override
    public Instance read(String service, String address, byte[] value) {
        Map<String, String> attributes = attributes(value);
        return OwnFields.restore(understood(service, address, attributes), attributes);
    }

    private Map<String, String> attributes(byte[] value) {
        if (value.length == 0) {
            return Map.of();
        }
        if (value.length > GoJson.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "value: " + value.length + " bytes (expected: up to " + GoJson.MAX_BYTES + ")");
        }
        try {
            return GoJson.entries(value, strings);
        } catch (IllegalArgumentException e) {
            return Map.of(OTHER_ATTRIBUTES, new String(value, StandardCharsets.UTF_8));
        }
    }
}
