package dev.rollcall.zookeeper;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Weights for some members of a ServerSet: {@code {"vector":[{"select":"shard=0","weight":2.0,"priority":1}]}}. A member is selected by its {@code
 * shard}, its {@code member} node or, by {@code inet=host:port}, any of its addresses; what is selected twice gets both weights multiplied, as
 * Finagle does it. Other selectors select nothing, priorities are not looked at, and a weight that is missing is 1. Immutable.
 */
final class ServersetVector {
    private static final int MAX_SELECTORS = 10_000;

    private record Selector(String kind, String which, double weight) {
        boolean matches(Instance member) {
            return switch (kind) {
                case "shard" -> which.equals(member.metadata().get(ServersetCodec.SHARD));
                case "member" -> which.equals(member.id());
                case "inet" ->
                    member.endpoints().stream().map(Endpoint::authority).anyMatch(which::equals);
                default -> false;
            };
        }
    }

    private final List<Selector> selectors;

    private ServersetVector(List<Selector> selectors) {
        this.selectors = selectors;
    }

    /** @throws InstanceReader.MalformedException if the bytes are no JSON object */
    static ServersetVector read(byte[] data) throws InstanceReader.MalformedException {
        List<Selector> selectors = new ArrayList<>();
        Json.read(data, (in, name) -> {
            if (name.equals("vector") && in.currentToken() == JsonToken.START_ARRAY) {
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    Optional<Selector> selector = selector(in);
                    if (selectors.size() < MAX_SELECTORS) {
                        selector.ifPresent(selectors::add);
                    }
                }
            }
        });
        return new ServersetVector(List.copyOf(selectors));
    }

    private static Optional<Selector> selector(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return Optional.empty();
        }
        String select = "";
        double weight = 1;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            if (name.equals("select") && value == JsonToken.VALUE_STRING) {
                select = in.getText();
            } else if (name.equals("weight") && value.isNumeric()) {
                weight = in.getDoubleValue();
            }
            in.skipChildren();
        }
        int equals = select.indexOf('=');
        return equals <= 0 || !(weight >= 0) || Double.isInfinite(weight)
                ? Optional.empty()
                : Optional.of(new Selector(select.substring(0, equals), select.substring(equals + 1), weight));
    }

    /** The factor for a member: 1 if nothing selects it. */
    double weightOf(Instance member) {
        double weight = 1;
        for (Selector selector : selectors) {
            if (selector.matches(member)) {
                weight *= selector.weight();
            }
        }
        return weight;
    }
}
