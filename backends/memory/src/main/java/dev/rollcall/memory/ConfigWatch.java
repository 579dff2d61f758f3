package dev.rollcall.memory;

import dev.rollcall.StoreException;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows a range of the configuration. */
final class ConfigWatch extends StoreWatch {
    private final ConfigRange range;
    private final ConfigSink sink;
    private final Session session;
    private @Nullable Map<String, ConfigValue> known;

    ConfigWatch(ConfigRange range, ConfigSink sink, Session session, Consumer<StoreWatch> onClose) {
        super(Topic.CONFIG, session.connection(), onClose);
        this.range = range;
        this.sink = sink;
        this.session = session;
    }

    @Override
    void report(StoreException cause) {
        sink.interrupted(cause);
    }

    @Override
    void look() {
        if (isClosed() || !session.isHeard()) {
            return;
        }
        ConfigSpace.Content now = session.connection().engine().readConfig(range);
        if (isTooMuch(now.entries())) {
            known = null;
            interrupt(ConfigStore.tooMuch(range));
        } else if (isInterrupted() || !now.entries().equals(known)) {
            caughtUp();
            known = now.entries();
            sink.entries(now.entries(), now.revision());
        }
    }

    private static boolean isTooMuch(Map<String, ConfigValue> entries) {
        return entries.size() > ConfigStore.MAX_ENTRIES
                || entries.values().stream()
                                .mapToLong(value -> value.bytes().length)
                                .sum()
                        > ConfigStore.MAX_BYTES;
    }
}
