package dev.rollcall.grpc;

import dev.rollcall.Live;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a service's gRPC service config comes from: one of the two. Immutable.
 *
 * @param fixed what the application says
 * @param live what is written somewhere, and may change
 */
record ServiceConfig(
        @Nullable Map<String, ?> fixed, @Nullable Live<? extends Map<String, ?>> live) {

    static final ServiceConfig NONE = new ServiceConfig(null, null);

    /** With each number as a {@code Double}, as gRPC refuses the others, and JSON decoders make them. */
    static Map<String, ?> withDoubles(Map<String, ?> config) {
        Map<String, Object> doubles = new LinkedHashMap<>();
        config.forEach((name, value) -> doubles.put(name, withDoubles(value)));
        return doubles;
    }

    @SuppressWarnings("unchecked") // JSON's objects have strings for keys; gRPC refuses anything else, too
    private static @Nullable Object withDoubles(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof Map<?, ?> map) {
            return withDoubles((Map<String, ?>) map);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> doubles = new ArrayList<>(list.size());
            list.forEach(element -> doubles.add(withDoubles(element)));
            return doubles;
        }
        return value;
    }
}
