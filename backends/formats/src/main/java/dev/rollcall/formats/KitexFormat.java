package dev.rollcall.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The JSON that kitex's registry for etcd writes:
 *
 * <pre>{@code
 * {"network":"tcp","address":"1.2.3.4:8888","weight":10,"tags":null}
 * }</pre>
 *
 * <p>The tags are the instance's metadata. To kitex a weight of 0 or less, or none, means {@value #DEFAULT_WEIGHT}, so an instance of weight
 * 0 is written with the smallest. What kitex has no place for is written as {@link OwnFields}.
 */
public final class KitexFormat implements InstanceFormat {
    private static final int DEFAULT_WEIGHT = 10;

    private final Interner strings;

    /**
     * Makes one.
     *
     * @param strings shares what repeats among instances
     */
    public KitexFormat(Interner strings) {
        this.strings = strings;
    }

    @Override
    public byte[] write(Instance instance) {
        String address = instance.endpoint().authority();
        int weight = Math.max(1, instance.weight());
        Instance understood = understood(instance.service(), instance.id(), "tcp", address, weight);
        Map<String, String> tags = OwnFields.write(instance, understood, Set.of());
        return GoJson.object(json -> {
            json.writeStringField("network", "tcp");
            json.writeStringField("address", address);
            json.writeNumberField("weight", weight);
            GoJson.write(json, "tags", tags);
        });
    }

    private Instance understood(String service, String id, String network, String address, int weight) {
        Endpoint endpoint = Endpoint.parse(address);
        String scheme = network.isEmpty() ? "tcp" : network.toLowerCase(Locale.ROOT);
        return new Instance(
                service,
                id,
                List.of(new Endpoint(strings.share(scheme), endpoint.host(), endpoint.port())),
                weight <= 0 ? DEFAULT_WEIGHT : Math.min(Instance.MAX_WEIGHT, weight),
                Status.UP,
                "",
                "",
                Map.of());
    }

    /** What has been read of one value. */
    private static final class Parts {
        String network = "";
        String address = "";
        int weight;
        Map<String, String> tags = Map.of();
    }

    @Override
    public Instance read(String service, String id, byte[] value) {
        Parts parts = new Parts();
        GoJson.read(value, (name, json) -> {
            switch (name) {
                case "network" -> parts.network = GoJson.text("network", json);
                case "address" -> parts.address = GoJson.text("address", json);
                case "weight" -> parts.weight = weight(json);
                case "tags" -> parts.tags = GoJson.entries(json, strings);
                default -> json.skipChildren();
            }
        });
        return OwnFields.restore(understood(service, id, parts.network, parts.address, parts.weight), parts.tags);
    }

    private static int weight(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return 0;
        }
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new IllegalArgumentException("weight: not a whole number");
        }
        return json.getIntValue();
    }
}
