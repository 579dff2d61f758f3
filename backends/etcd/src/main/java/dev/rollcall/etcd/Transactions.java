package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.Compare;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.ResponseOp;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.spi.ConfigStore;
import org.jspecify.annotations.Nullable;

/** The transactions that publications and the writing of configuration consist of. Stateless. */
final class Transactions {
    private Transactions() {}

    /** Puts an entry under a lease, in place of whatever is there, unless the fence exists. */
    static TxnRequest put(ByteString key, ByteString value, long lease, ByteString fence) {
        return TxnRequest.newBuilder()
                .addCompare(absent(fence))
                .addSuccess(put(key, value, lease))
                .build();
    }

    /** Replaces an entry if it hangs on this lease, unless the fence exists. */
    static TxnRequest mark(ByteString key, ByteString value, long lease, ByteString fence) {
        return TxnRequest.newBuilder()
                .addCompare(absent(fence))
                .addCompare(hangsOn(key, lease))
                .addSuccess(put(key, value, lease))
                .build();
    }

    /**
     * Removes an entry if it hangs on this lease, or else reads it; and creates the fence either way.
     *
     * @param fenceLease what the fence hangs on; {@link SharedLease#NONE} for no fence
     */
    static TxnRequest remove(ByteString key, long lease, ByteString fence, long fenceLease) {
        TxnRequest.Builder transaction = TxnRequest.newBuilder()
                .addCompare(hangsOn(key, lease))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key)))
                .addFailure(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(key).setKeysOnly(true)));
        if (fenceLease != SharedLease.NONE) {
            RequestOp fencing = put(fence, ByteString.EMPTY, fenceLease);
            transaction.addSuccess(fencing).addFailure(fencing);
        }
        return transaction.build();
    }

    /** Puts an entry under a lease where nothing is, unless the fence exists. */
    static TxnRequest claim(ByteString key, ByteString value, long lease, ByteString fence) {
        return TxnRequest.newBuilder()
                .addCompare(absent(key))
                .addCompare(absent(fence))
                .addSuccess(put(key, value, lease))
                .build();
    }

    /** Reads an entry, and of those of a prefix that were created before a revision the newest. */
    static TxnRequest standing(ByteString key, ByteString prefix, long created) {
        return TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(key).setKeysOnly(true)))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder()
                                .setKey(prefix)
                                .setRangeEnd(Keys.end(prefix))
                                .setMaxCreateRevision(created - 1)
                                .setSortOrder(RangeRequest.SortOrder.DESCEND)
                                .setSortTarget(RangeRequest.SortTarget.CREATE)
                                .setLimit(1)
                                .setKeysOnly(true)))
                .build();
    }

    /** Puts an entry without a lease if it is at the expected revision, or else reads it. */
    static TxnRequest writeConfig(ByteString key, ByteString value, long expectedRevision) {
        return expecting(key, expectedRevision)
                .addSuccess(put(key, value, SharedLease.NONE))
                .build();
    }

    /** Deletes an entry if it is at the expected revision, or else reads it. */
    static TxnRequest deleteConfig(ByteString key, long expectedRevision) {
        return expecting(key, expectedRevision)
                .addSuccess(RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key)))
                .build();
    }

    /** An entry that doesn't exist has the modification revision 0. */
    private static TxnRequest.Builder expecting(ByteString key, long expectedRevision) {
        TxnRequest.Builder transaction = TxnRequest.newBuilder()
                .addFailure(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(key).setKeysOnly(true)));
        return expectedRevision == ConfigStore.ANY_REVISION
                ? transaction
                : transaction.addCompare(Compare.newBuilder()
                        .setResult(Compare.CompareResult.EQUAL)
                        .setTarget(Compare.CompareTarget.MOD)
                        .setKey(key)
                        .setModRevision(expectedRevision));
    }

    /** The entry that was read because it wasn't as expected, or null if there is none. */
    static @Nullable KeyValue found(TxnResponse answer) {
        for (ResponseOp part : answer.getResponsesList()) {
            RangeResponse range = part.getResponseRange();
            if (range.getKvsCount() > 0) {
                return range.getKvs(0);
            }
        }
        return null;
    }

    private static Compare absent(ByteString key) {
        return Compare.newBuilder()
                .setResult(Compare.CompareResult.EQUAL)
                .setTarget(Compare.CompareTarget.VERSION)
                .setKey(key)
                .setVersion(0)
                .build();
    }

    private static Compare hangsOn(ByteString key, long lease) {
        return Compare.newBuilder()
                .setResult(Compare.CompareResult.EQUAL)
                .setTarget(Compare.CompareTarget.LEASE)
                .setKey(key)
                .setLease(lease)
                .build();
    }

    private static RequestOp put(ByteString key, ByteString value, long lease) {
        return RequestOp.newBuilder()
                .setRequestPut(
                        PutRequest.newBuilder().setKey(key).setValue(value).setLease(lease))
                .build();
    }
}
