package dev.rollcall.testing.benchmarks.endtoend;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.DeleteRangeResponse;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** etcd through plain stubs. */
final class RawEtcd implements RawClient {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int PAGE_KEYS = 5_000;
    private static final MethodDescriptor<PutRequest, PutResponse> PUT =
            MethodDescriptor.<PutRequest, PutResponse>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("etcdserverpb.KV/Put")
                    .setRequestMarshaller(ProtoUtils.marshaller(PutRequest.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(PutResponse.getDefaultInstance()))
                    .build();
    private static final MethodDescriptor<DeleteRangeRequest, DeleteRangeResponse> DELETE =
            MethodDescriptor.<DeleteRangeRequest, DeleteRangeResponse>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("etcdserverpb.KV/DeleteRange")
                    .setRequestMarshaller(ProtoUtils.marshaller(DeleteRangeRequest.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(DeleteRangeResponse.getDefaultInstance()))
                    .build();

    private final ManagedChannel channel;
    private final long lease;

    RawEtcd(String endpoint) {
        channel = NettyChannelBuilder.forTarget(endpoint)
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(64 << 20)
                .build();
        lease = LeaseGrpc.newBlockingStub(channel)
                .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(3600).build())
                .getID();
    }

    @Override
    public CompletableFuture<?> put(String service, String id, int build) {
        String json = "{\"Op\":0,\"Addr\":\"" + id + "\",\"Metadata\":{\"build\":\"" + build
                + "\",\"protocol\":\"http\",\"team\":\"checkout\"},\"Rollcall\":{\"endpoints\":[\"http://" + id
                + "\"],\"weight\":3,\"zone\":\"eu-1a\",\"version\":\"2.1\"}}";
        return call(
                PUT,
                PutRequest.newBuilder()
                        .setKey(key(service, id))
                        .setValue(ByteString.copyFromUtf8(json))
                        .setLease(lease)
                        .build());
    }

    @Override
    public CompletableFuture<?> delete(String service, String id) {
        return call(
                DELETE, DeleteRangeRequest.newBuilder().setKey(key(service, id)).build());
    }

    @Override
    public AutoCloseable watch(String service, String id, Seen seen) {
        CountDownLatch created = new CountDownLatch(1);
        StreamObserver<WatchRequest> stream = WatchGrpc.newStub(channel).watch(new StreamObserver<>() {
            @Override
            public void onNext(WatchResponse response) {
                if (response.getCreated()) {
                    created.countDown();
                }
                for (Event event : response.getEventsList()) {
                    seen.build(
                            event.getType() == Event.EventType.DELETE
                                    ? GONE
                                    : RawClient.build(event.getKv().getValue().toByteArray()));
                }
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {}
        });
        stream.onNext(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder().setKey(key(service, id)))
                .build());
        Waiting.untilOpen(created);
        return stream::onCompleted;
    }

    @Override
    public int list(String service) {
        KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(channel);
        ByteString from = ByteString.copyFromUtf8("rollcall/" + service + "/");
        ByteString end = ByteString.copyFromUtf8("rollcall/" + service + "0");
        long revision = 0;
        int count = 0;
        while (true) {
            RangeResponse page = kv.range(RangeRequest.newBuilder()
                    .setKey(from)
                    .setRangeEnd(end)
                    .setLimit(PAGE_KEYS)
                    .setRevision(revision)
                    .build());
            for (KeyValue entry : page.getKvsList()) {
                parse(entry.getValue());
                count++;
            }
            if (!page.getMore()) {
                return count;
            }
            revision = page.getHeader().getRevision();
            from = page.getKvs(page.getKvsCount() - 1).getKey().concat(ByteString.copyFrom(new byte[1]));
        }
    }

    @Override
    public void clear(String service) {
        call(
                        DELETE,
                        DeleteRangeRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8("rollcall/" + service + "/"))
                                .setRangeEnd(ByteString.copyFromUtf8("rollcall/" + service + "0"))
                                .build())
                .join();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private <Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(channel.newCall(method, CallOptions.DEFAULT), request, new StreamObserver<>() {
            @Override
            public void onNext(A response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        });
        return answer;
    }

    private static ByteString key(String service, String id) {
        return ByteString.copyFromUtf8("rollcall/" + service + "/" + id);
    }

    static void parse(ByteString json) {
        try (JsonParser parser = JSON.createParser(json.newInput())) {
            while (parser.nextToken() != null) {
                parser.getText();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
