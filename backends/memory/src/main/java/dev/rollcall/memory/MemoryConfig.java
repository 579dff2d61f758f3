package dev.rollcall.memory;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** A client's way to the configuration of a memory store, which remembers current versions only. Safe for use by many threads. */
final class MemoryConfig implements ConfigStore {
    private final Connection connection;
    private final BiFunction<ConfigRange, ConfigSink, Backend.Watch> watches;

    /** @param watches begins a watch of the client's */
    MemoryConfig(Connection connection, BiFunction<ConfigRange, ConfigSink, Backend.Watch> watches) {
        this.connection = connection;
        this.watches = watches;
    }

    @Override
    public Backend.Watch watch(ConfigRange range, ConfigSink sink) {
        return watches.apply(range, sink);
    }

    @Override
    public CompletionStage<Long> write(String key, byte[] value, long expectedRevision) {
        return ask("write config key " + key, () -> connection.engine().writeConfig(key, value, expectedRevision));
    }

    @Override
    public CompletionStage<Boolean> delete(String key, long expectedRevision) {
        return ask("delete config key " + key, () -> connection.engine().deleteConfig(key, expectedRevision));
    }

    private <T> CompletionStage<T> ask(String what, Supplier<T> question) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        if (connection.isClosed()) {
            stage.completeExceptionally(new StoreException(Kind.CLOSED, what + ": the client is closed"));
            return stage;
        }
        connection
                .loop()
                .execute(() -> connection.request(what, question).whenComplete((answer, failure) -> {
                    if (failure == null) {
                        stage.complete(answer);
                    } else {
                        stage.completeExceptionally(StoreFailures.of(failure));
                    }
                }));
        return stage;
    }
}
