package dev.rollcall.internal;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.Subscription;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.config.Decoder;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import dev.rollcall.spi.EventLoop;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's configuration: what is followed, what is being asked, and how both end with the client. */
final class OpenConfig implements Config {
    private static final Logger log = LoggerFactory.getLogger(OpenConfig.class);
    private static final int MAX_HISTORY = 1_000;
    private static final int MOST_TIMEOUTS = 4;

    private final String client;
    private final ConfigStore store;
    private final EventLoop loop;
    private final UserThreads userThreads;
    private final Duration requestTimeout;
    private final Set<Question<?>> underWay = ConcurrentHashMap.newKeySet();

    private final Object lock = new Object();
    private final Map<ConfigRange, Shared<WatchedConfig>> watched = new HashMap<>();
    private final Set<LiveHandle<?>> handles = new HashSet<>();
    private boolean closed;

    /** @param client for messages */
    OpenConfig(String client, ConfigStore store, EventLoop loop, UserThreads userThreads, Duration requestTimeout) {
        this.client = client;
        this.store = store;
        this.loop = loop;
        this.userThreads = userThreads;
        this.requestTimeout = requestTimeout;
    }

    @Override
    public <T> Live<T> follow(String key, Decoder<T> decoder) {
        return follow(key, decoder, Optional.empty());
    }

    @Override
    public <T> Live<T> follow(String key, Decoder<T> decoder, T whenAbsent) {
        return follow(key, decoder, Optional.of(whenAbsent));
    }

    private <T> Live<T> follow(String key, Decoder<T> decoder, Optional<T> whenAbsent) {
        requireNonNull(decoder, "decoder");
        ConfigRange range = ConfigRange.key(ConfigEntry.requireKey(key));
        return follow(range, new Decoding.OfKey<>(key, decoder, whenAbsent.orElse(null), loop::now));
    }

    @Override
    public <T> Live<SortedMap<String, T>> followPrefix(String prefix, Decoder<T> decoder) {
        requireNonNull(decoder, "decoder");
        return follow(below(prefix), new Decoding.OfPrefix<>(decoder, loop::now));
    }

    <T> Live<T> follow(ConfigRange range, Decoding<T> decoding) {
        Shared<WatchedConfig> shared = acquire(range);
        Observed<Reading<T>> decoded = new Observed<>(new Reading.Pending<>(loop.now(), null));
        Subscription decodes = shared.watched.reading().listen(userThreads.listeners(), written -> {
            Reading<T> before = decoded.value();
            Reading<T> now = decoding.next(written, before);
            if (!now.equals(before)) {
                decoded.set(now);
            }
        });
        Followed<T> followed = new Followed<>(range, shared, decoded, decodes);
        boolean late;
        synchronized (lock) {
            handles.add(followed.handle);
            late = closed;
        }
        if (late) {
            followed.handle.close();
        }
        return followed.handle;
    }

    /** One caller's live value, and what ends with it. */
    private final class Followed<T> {
        final LiveHandle<T> handle;

        Followed(ConfigRange range, Shared<WatchedConfig> shared, Observed<Reading<T>> decoded, Subscription decodes) {
            handle = new LiveHandle<>(range.toString(), decoded, userThreads.listeners(), () -> {
                decodes.close();
                forget(this);
                release(range, shared);
            });
        }
    }

    /** What is written in a range, as bytes, for the runtime's own use; until it is closed. */
    Raw raw(ConfigRange range) {
        return new Raw(range, acquire(range));
    }

    /** A hold on what is written in a range. Closed once. */
    final class Raw implements AutoCloseable {
        private final ConfigRange range;
        private final Shared<WatchedConfig> shared;

        Raw(ConfigRange range, Shared<WatchedConfig> shared) {
            this.range = range;
            this.shared = shared;
        }

        Observed<Reading<SortedMap<String, ConfigValue>>> reading() {
            return shared.watched.reading();
        }

        @Override
        public void close() {
            release(range, shared);
        }
    }

    private Shared<WatchedConfig> acquire(ConfigRange range) {
        Shared<WatchedConfig> shared;
        boolean first;
        synchronized (lock) {
            requireOpen();
            first = !watched.containsKey(range);
            shared = watched.computeIfAbsent(range, any -> new Shared<>(new WatchedConfig(any, loop)));
            shared.handles++;
        }
        if (first) {
            shared.watched.start(store);
        }
        return shared;
    }

    private void forget(Followed<?> followed) {
        synchronized (lock) {
            handles.remove(followed.handle);
        }
    }

    private void release(ConfigRange range, Shared<WatchedConfig> shared) {
        synchronized (lock) {
            if (--shared.handles > 0 || !watched.remove(range, shared)) {
                return;
            }
        }
        shared.watched.close();
    }

    @Override
    public CompletableFuture<Optional<ConfigEntry>> read(String key) {
        ConfigEntry.requireKey(key);
        return answered(
                "reading config key " + key,
                () -> current(key).thenApply(found -> Optional.ofNullable(found).map(value -> entry(key, value))));
    }

    @Override
    public CompletableFuture<List<ConfigEntry>> list(String prefix) {
        ConfigRange range = below(prefix);
        return answered(
                "reading " + range,
                () -> FirstReport.of(range, store, loop, requestTimeout).thenApply(all -> {
                    List<ConfigEntry> entries = new ArrayList<>(all.size());
                    new TreeMap<>(all).forEach((key, value) -> {
                        if (range.contains(key) && ConfigEntry.isKey(key)) {
                            readable(key, value).ifPresent(entries::add);
                        }
                    });
                    return List.copyOf(entries);
                }));
    }

    @Override
    public CompletableFuture<ConfigEntry> write(String key, String text) {
        return write(key, text, ConfigStore.ANY_REVISION);
    }

    @Override
    public CompletableFuture<ConfigEntry> compareAndSet(String key, String text, long expectedRevision) {
        if (expectedRevision < 0) {
            throw new IllegalArgumentException("expectedRevision: " + expectedRevision + " (expected: 0 or more)");
        }
        return write(key, text, expectedRevision);
    }

    private CompletableFuture<ConfigEntry> write(String key, String text, long expectedRevision) {
        ConfigEntry.requireKey(key);
        byte[] bytes = bytes(key, text);
        return answered(
                "writing config key " + key,
                () -> store.write(key, bytes, expectedRevision)
                        .thenApply(revision -> new ConfigEntry(key, text, revision)));
    }

    @Override
    public CompletableFuture<Boolean> delete(String key) {
        ConfigEntry.requireKey(key);
        return answered("deleting config key " + key, () -> store.delete(key, ConfigStore.ANY_REVISION));
    }

    @Override
    public CompletableFuture<Void> delete(String key, long expectedRevision) {
        ConfigEntry.requireKey(key);
        if (expectedRevision < 1) {
            throw new IllegalArgumentException("expectedRevision: " + expectedRevision + " (expected: 1 or more)");
        }
        return answered(
                "deleting config key " + key,
                () -> store.delete(key, expectedRevision).thenAccept(deleted -> {}));
    }

    @Override
    public CompletableFuture<List<ConfigEntry>> history(String key, int limit) {
        ConfigEntry.requireKey(key);
        if (limit < 1 || limit > MAX_HISTORY) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + MAX_HISTORY + ")");
        }
        return answered(
                "reading the history of config key " + key,
                () -> current(key).thenCompose(found -> {
                    if (found == null) {
                        return CompletableFuture.completedFuture(List.of());
                    }
                    return store.older(key, found.revision(), limit - 1).thenApply(older -> {
                        List<ConfigEntry> versions = new ArrayList<>();
                        readable(key, found).ifPresent(versions::add);
                        older.forEach(value -> readable(key, value).ifPresent(versions::add));
                        return List.copyOf(versions);
                    });
                }));
    }

    private CompletableFuture<@Nullable ConfigValue> current(String key) {
        return FirstReport.of(ConfigRange.key(key), store, loop, requestTimeout)
                .thenApply((Function<Map<String, ConfigValue>, @Nullable ConfigValue>) all -> all.get(key));
    }

    /** The answer to a question, on the user's threads; or its end with the client, or because there was none for too long. */
    private <R> CompletableFuture<R> answered(String what, Supplier<CompletionStage<R>> asked) {
        Question<R> question = new Question<>();
        synchronized (lock) {
            requireOpen();
            underWay.add(question);
        }
        Duration atMost = requestTimeout.multipliedBy(MOST_TIMEOUTS);
        EventLoop.Timer deadline = loop.schedule(
                atMost,
                () -> fail(
                        question,
                        new StoreException(
                                Kind.TIMEOUT,
                                what + ": no answer within " + atMost.toMillis()
                                        + " ms, and whether it was done is unknown; read it and decide again")));
        CompletionStage<R> stage;
        try {
            stage = asked.get();
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        var unused = stage.whenComplete((value, failure) -> {
            deadline.close();
            if (failure == null) {
                underWay.remove(question);
                userThreads.answer(() -> question.answer.complete(value));
            } else {
                fail(question, Registrar.storeException(failure));
            }
        });
        return question.answer;
    }

    /** Something that the store has been asked. */
    private static final class Question<R> {
        final CompletableFuture<R> answer = new CompletableFuture<>();
    }

    /** What waits for an answer is the user's code, which must not hold up the thread that brings it. */
    private void fail(Question<?> question, StoreException cause) {
        underWay.remove(question);
        userThreads.answer(() -> question.answer.completeExceptionally(cause));
    }

    private static ConfigEntry entry(String key, ConfigValue value) {
        try {
            return new ConfigEntry(key, DecodedEntry.text(value.bytes()), value.revision());
        } catch (IllegalArgumentException e) {
            throw new StoreException(
                    Kind.UNDECODABLE,
                    "config key " + key + " as of revision " + value.revision() + " is " + e.getMessage()
                            + "; find its writer, or write it anew",
                    e);
        }
    }

    private static Optional<ConfigEntry> readable(String key, ConfigValue value) {
        try {
            return Optional.of(entry(key, value));
        } catch (StoreException e) {
            log.warn("{}. It is left out", e.getMessage());
            return Optional.empty();
        }
    }

    private static byte[] bytes(String key, String text) {
        requireNonNull(text, "text");
        ByteBuffer bytes;
        try {
            bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "text for config key " + key + ": has half a surrogate pair (expected: text that UTF-8 can write)",
                    e);
        }
        if (bytes.remaining() > ConfigEntry.MAX_TEXT_BYTES) {
            throw new IllegalArgumentException("text for config key " + key + ": " + bytes.remaining()
                    + " bytes in UTF-8 (expected: up to " + ConfigEntry.MAX_TEXT_BYTES + ")");
        }
        byte[] exact = new byte[bytes.remaining()];
        bytes.get(exact);
        return exact;
    }

    private static ConfigRange below(String prefix) {
        String path = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        if (!path.isEmpty() && !ConfigEntry.isKey(path)) {
            throw new IllegalArgumentException(
                    "config prefix: " + Text.quoted(prefix)
                            + " (expected: visible names joined by single slashes, such as gateway/routes, or nothing for all)");
        }
        return ConfigRange.below(path);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(client + " is closed");
        }
    }

    /** Ends every live value; nothing more can be asked. Idempotent. */
    void close() {
        List<LiveHandle<?>> open;
        synchronized (lock) {
            closed = true;
            open = List.copyOf(handles);
        }
        open.forEach(LiveHandle::close);
    }

    /** Fails what is still asked; for when the store's client is closed and answers no more. */
    void abandon() {
        StoreException cause = new StoreException(Kind.CLOSED, client + " was closed before the store answered");
        underWay.forEach(question -> fail(question, cause));
    }
}
