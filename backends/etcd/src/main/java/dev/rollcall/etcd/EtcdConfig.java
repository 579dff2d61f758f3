package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The configuration in an etcd cluster: {@code {configRoot}/{key}}, without a lease; a key's revision is that of its last modification. Safe for use
 * by many threads.
 */
final class EtcdConfig implements ConfigStore {

    /** What it is done with, the backend's own. */
    record Tools(
            RangeFeed.Store feeds,
            Function<RangeFeed, Backend.Watch> follow,
            Requests requests,
            BackendThread serial,
            Failures failures) {}

    private final ByteString rootPrefix;
    private final Tools tools;

    /** @param root what all keys begin with, without slashes at its ends */
    EtcdConfig(String root, Tools tools) {
        this.rootPrefix = ByteString.copyFromUtf8(root + "/");
        this.tools = tools;
    }

    @Override
    public Backend.Watch watch(ConfigRange range, ConfigSink sink) {
        return tools.follow.apply(new ConfigFeed(tools.feeds, range, rootPrefix, sink));
    }

    @Override
    public CompletionStage<Long> write(String key, byte[] value, long expectedRevision) {
        TxnRequest request = Transactions.writeConfig(at(key), ByteString.copyFrom(value), expectedRevision);
        return ask("put", key, request, answer -> {
            requireExpected(key, expectedRevision, answer);
            return answer.getHeader().getRevision();
        });
    }

    @Override
    public CompletionStage<Boolean> delete(String key, long expectedRevision) {
        TxnRequest request = Transactions.deleteConfig(at(key), expectedRevision);
        return ask("delete", key, request, answer -> {
            requireExpected(key, expectedRevision, answer);
            return answer.getResponses(0).getResponseDeleteRange().getDeleted() > 0;
        });
    }

    private static void requireExpected(String key, long expectedRevision, TxnResponse answer) {
        if (!answer.getSucceeded()) {
            KeyValue found = Transactions.found(answer);
            throw ConfigStore.conflict(key, expectedRevision, found == null ? ABSENT : found.getModRevision());
        }
    }

    private <T> CompletionStage<T> ask(String verb, String key, TxnRequest request, Function<TxnResponse, T> read) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        tools.serial.execute(() -> tools.requests.send(
                KVGrpc.getTxnMethod(),
                request,
                tools.requests.deadlineNanos(),
                answer -> {
                    try {
                        stage.complete(read.apply(answer));
                    } catch (StoreException e) {
                        stage.completeExceptionally(e);
                    }
                },
                (status, sent) -> stage.completeExceptionally(
                        tools.failures.once(verb + " " + Keys.shown(at(key)), status, sent))));
        return stage;
    }

    /** Follows a version to the one before it, until there is none, or it was forgotten, or there are enough. */
    @Override
    public CompletionStage<List<ConfigValue>> older(String key, long revision, int limit) {
        CompletableFuture<List<ConfigValue>> stage = new CompletableFuture<>();
        List<ConfigValue> found = new ArrayList<>();
        tools.serial.execute(() -> older(key, revision, limit, tools.requests.deadlineNanos(), found, stage));
        return stage;
    }

    private void older(
            String key,
            long revision,
            int limit,
            long deadlineNanos,
            List<ConfigValue> found,
            CompletableFuture<List<ConfigValue>> stage) {
        if (found.size() >= limit || revision <= 1) {
            stage.complete(List.copyOf(found));
            return;
        }
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(at(key))
                .setRevision(revision - 1)
                .build();
        tools.requests.send(
                KVGrpc.getRangeMethod(),
                request,
                deadlineNanos,
                answer -> {
                    if (answer.getKvsCount() == 0) {
                        stage.complete(List.copyOf(found));
                        return;
                    }
                    KeyValue before = answer.getKvs(0);
                    found.add(ConfigValue.of(before.getValue().toByteArray(), before.getModRevision()));
                    older(key, before.getModRevision(), limit, deadlineNanos, found, stage);
                },
                (status, sent) -> {
                    if (Failures.isCompacted(status)) {
                        stage.complete(List.copyOf(found));
                    } else {
                        stage.completeExceptionally(
                                tools.failures.once("history of " + Keys.shown(at(key)), status, sent));
                    }
                });
    }

    private ByteString at(String key) {
        return rootPrefix.concat(ByteString.copyFromUtf8(key));
    }
}
