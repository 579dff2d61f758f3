package dev.rollcall.testing.servers;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The faults of a proxy that are in force. Used on the proxy's thread alone. */
final class Faults {

    /** The faults of one direction. */
    static final class OneWay {
        long delayNanos;

        @Nullable
        Predicate<ByteBuffer> match;
    }

    boolean frozen;

    private final Map<TcpProxy.Direction, OneWay> directions = new EnumMap<>(TcpProxy.Direction.class);

    Faults() {
        for (TcpProxy.Direction direction : TcpProxy.Direction.values()) {
            directions.put(direction, new OneWay());
        }
    }

    OneWay oneWay(TcpProxy.Direction direction) {
        return Objects.requireNonNull(directions.get(direction));
    }

    void clear() {
        frozen = false;
        directions.values().forEach(oneWay -> {
            oneWay.delayNanos = 0;
            oneWay.match = null;
        });
    }
}
