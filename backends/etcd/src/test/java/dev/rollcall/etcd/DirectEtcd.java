package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.TxnResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A client of etcd without anything of ours in between, for what etcdctl would be too slow for. */
final class DirectEtcd implements AutoCloseable {
    private final ManagedChannel channel;
    private final KVGrpc.KVBlockingStub kv;

    DirectEtcd(String endpoint) {
        channel = Grpc.newChannelBuilder(endpoint, InsecureChannelCredentials.create())
                .build();
        kv = KVGrpc.newBlockingStub(channel);
    }

    TxnResponse txn(TxnRequest request) {
        return kv.withDeadlineAfter(30, TimeUnit.SECONDS).txn(request);
    }

    /** The lease that a key hangs on. */
    long lease(String key) {
        return kv.withDeadlineAfter(30, TimeUnit.SECONDS)
                .range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .build())
                .getKvs(0)
                .getLease();
    }

    /** Everything with a prefix, keys and values, as it is. */
    Map<String, String> entries(String prefix) {
        ByteString key = ByteString.copyFromUtf8(prefix);
        RangeRequest range = RangeRequest.newBuilder()
                .setKey(Keys.first(key))
                .setRangeEnd(Keys.end(key))
                .build();
        Map<String, String> entries = new TreeMap<>();
        kv.withDeadlineAfter(30, TimeUnit.SECONDS)
                .range(range)
                .getKvsList()
                .forEach(kv ->
                        entries.put(kv.getKey().toStringUtf8(), kv.getValue().toStringUtf8()));
        return entries;
    }

    static RequestOp put(String key, ByteString value) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(value))
                .build();
    }

    /** Puts a key without a lease, as others do. */
    void put(String key, String value) {
        txn(TxnRequest.newBuilder()
                .addSuccess(put(key, ByteString.copyFromUtf8(value)))
                .build());
    }

    void delete(String key) {
        txn(TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key))))
                .build());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
