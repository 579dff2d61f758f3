package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.WatchCancelRequest;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One gRPC call that carries watches, and what the server knows on it. On the serial thread. */
final class WatchCall extends ClientCall.Listener<WatchResponse> {
    final Session session;

    /** The login that all watches of this call are judged by. */
    final @Nullable String token;

    /** What was asked for and not yet answered: etcd answers in order, and in case of a refusal without an id. */
    final Queue<WatchStream.Watching> beginning = new ArrayDeque<>();

    final Map<Long, WatchStream.Watching> open = new HashMap<>();

    private final WatchStream stream;
    private final ClientCall<WatchRequest, WatchResponse> call;

    WatchCall(Session session, WatchStream stream) {
        this.session = session;
        this.token = session.login().token();
        this.stream = stream;
        call = session.stream(WatchGrpc.getWatchMethod(), this);
        call.request(1);
    }

    void createWatch(WatchStream.Watching watching, ByteString key, ByteString end, long startRevision) {
        beginning.add(watching);
        call.sendMessage(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(key)
                        .setRangeEnd(end)
                        .setStartRevision(startRevision)
                        .setProgressNotify(true)
                        .setFragment(true))
                .build());
    }

    void cancelWatch(long id) {
        call.sendMessage(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
                .build());
    }

    /** Ends the call; what still comes in is nobody's. */
    void stop() {
        call.cancel("not needed any more", null);
    }

    @Override
    public void onMessage(WatchResponse message) {
        call.request(1);
        stream.received(this, message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        stream.ended(this, status);
    }
}
