package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in Consul's key/value store, of the agent's own datacenter: each key below a root, its revision the {@code ModifyIndex}. Safe for
 * use by many threads.
 *
 * <p>Design note. Only a transaction answers with the index that a write was given, and Consul takes transactions of up to 512 KiB, in which a value is
 * base64. So what is larger is put without one, and its index read afterwards; if somebody was quicker to overwrite it, that is told as a conflict.
 */
final class ConsulConfig implements ConfigStore {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LARGEST_IN_TRANSACTION_BYTES = 350_000;
    private static final int CONFLICT = 409;
    private static final int MOST_TRIES = 8;

    private final Requests requests;
    private final Failures failures;
    private final BackendThread serial;
    private final String root;
    private final BiFunction<ConfigRange, ConfigSink, Backend.Watch> watches;

    /**
     * A view of the key/value store.
     *
     * @param root what keys begin with in Consul, with its last slash
     * @param watches begins a watch
     */
    ConsulConfig(
            Requests requests,
            Failures failures,
            BackendThread serial,
            String root,
            BiFunction<ConfigRange, ConfigSink, Backend.Watch> watches) {
        this.requests = requests;
        this.failures = failures;
        this.serial = serial;
        this.root = root;
        this.watches = watches;
    }

    @Override
    public Backend.Watch watch(ConfigRange range, ConfigSink sink) {
        return watches.apply(range, sink);
    }

    @Override
    public CompletionStage<Long> write(String key, byte[] value, long expectedRevision) {
        return run(stage -> {
            if (value.length > LARGEST_IN_TRANSACTION_BYTES) {
                put(key, value, expectedRevision, stage);
            } else {
                transact(key, value, expectedRevision, stage);
            }
        });
    }

    @Override
    public CompletionStage<Boolean> delete(String key, long expectedRevision) {
        return run(stage -> delete(key, expectedRevision, 1, stage));
    }

    private <T> CompletionStage<T> run(Consumer<CompletableFuture<T>> task) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        if (!serial.offer(() -> task.accept(stage))) {
            stage.completeExceptionally(failures.closed());
        }
        return stage;
    }

    private String path(String key) {
        return "/v1/kv/" + Call.path(root + key);
    }

    private void transact(String key, byte[] value, long expected, CompletableFuture<Long> stage) {
        Call call = Call.put("/v1/txn", "", transaction(root + key, value, expected));
        send(call, stage, (agent, answer) -> {
            if (answer.isOk()) {
                stage.complete(KvEntries.revisionWritten(answer));
            } else if (answer.status() == CONFLICT && isStale(answer)) {
                look(key, stage, found -> conflict(key, expected, found, stage));
            } else {
                stage.completeExceptionally(failures.refused(agent, call, answer));
            }
        });
    }

    /** Whether it is the expectation that failed the transaction; a refusal by access control has the same status. */
    private static boolean isStale(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8).contains("index is stale");
    }

    private static byte[] transaction(String key, byte[] value, long expected) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(value.length * 4 / 3 + 256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartArray();
            json.writeStartObject();
            json.writeObjectFieldStart("KV");
            json.writeStringField("Verb", expected == ANY_REVISION ? "set" : "cas");
            json.writeStringField("Key", key);
            json.writeBinaryField("Value", value);
            if (expected != ANY_REVISION) {
                json.writeNumberField("Index", expected);
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return out.toByteArray();
    }

    private void put(String key, byte[] value, long expected, CompletableFuture<Long> stage) {
        Call call = Call.put(path(key), expected == ANY_REVISION ? "" : "cas=" + expected, value);
        send(call, stage, (agent, answer) -> {
            if (!answer.isOk()) {
                stage.completeExceptionally(failures.refused(agent, call, answer));
                return;
            }
            boolean written = isTrue(answer);
            look(key, stage, found -> {
                if (!written) {
                    conflict(key, expected, found, stage);
                } else if (found != null && Arrays.equals(found.bytes(), value)) {
                    stage.complete(found.revision());
                } else {
                    stage.completeExceptionally(new StoreException(
                            Kind.CONFLICT,
                            "config key " + key
                                    + ": was written, and overwritten by somebody else before its revision was"
                                    + " known; read it and decide again"));
                }
            });
        });
    }

    private void delete(String key, long expected, int tries, CompletableFuture<Boolean> stage) {
        look(key, stage, found -> {
            if (expected != ANY_REVISION && (found == null || found.revision() != expected)) {
                conflict(key, expected, found, stage);
            } else if (found == null) {
                stage.complete(false);
            } else {
                Call call = new Call("DELETE", path(key), "cas=" + found.revision(), new byte[0]);
                send(call, stage, (agent, answer) -> {
                    if (!answer.isOk()) {
                        stage.completeExceptionally(failures.refused(agent, call, answer));
                    } else if (isTrue(answer)) {
                        stage.complete(true);
                    } else if (tries < MOST_TRIES) {
                        delete(key, expected, tries + 1, stage);
                    } else {
                        conflict(key, expected, found, stage);
                    }
                });
            }
        });
    }

    private static boolean isTrue(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8).strip().equals("true");
    }

    private static void conflict(String key, long expected, @Nullable ConfigValue found, CompletableFuture<?> stage) {
        stage.completeExceptionally(ConfigStore.conflict(key, expected, found == null ? ABSENT : found.revision()));
    }

    /** Reads what is at a key now, not what a lagging server has. */
    private void look(String key, CompletableFuture<?> stage, Consumer<@Nullable ConfigValue> reader) {
        Call call = Call.get(path(key), "consistent");
        send(call, stage, (agent, answer) -> {
            if (answer.isOk() || answer.status() == 404) {
                reader.accept(KvEntries.of(answer, root).get(key));
            } else {
                stage.completeExceptionally(failures.refused(agent, call, answer));
            }
        });
    }

    /** What is done with an answer. */
    @FunctionalInterface
    private interface Answered {
        void read(HostPort agent, Answer answer) throws IOException;
    }

    private void send(Call call, CompletableFuture<?> stage, Answered reader) {
        requests.send(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                try {
                    reader.read(agent, answer);
                } catch (IOException e) {
                    stage.completeExceptionally(failures.unreadable(agent, call, e));
                }
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                stage.completeExceptionally(cause);
            }
        });
    }
}
