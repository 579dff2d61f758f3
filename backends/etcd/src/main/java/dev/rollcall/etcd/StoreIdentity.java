package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.ResponseHeader;
import io.grpc.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store that we reach again is the one that we knew. One that was wiped or restored counts its revisions
 * anew, and a watch that is taken up there would miss what lies below, or wait for revisions that come in a year. On
 * the serial thread.
 *
 * <p>Design note: three signs, because no single one is enough. The cluster's id is made of its members' addresses, so
 * a wiped store that starts at the same address has the same. A revision below one that we have seen is proof, but a
 * wiped store soon counts as far. So we also remember one entry that we have seen, with its revision and its lease, a
 * random number, and look for it: as it is now or, if it has changed, as it was then. Where history was compacted and
 * the entry has changed we can't tell, and say that it is another one: that costs a list, where the opposite costs the
 * truth.
 */
final class StoreIdentity {
    private final ByteString fallbackKey;
    private long cluster;
    private long highestRevision;
    private @Nullable Anchor anchor;

    private record Anchor(ByteString key, long revision, long lease) {
        boolean isIn(RangeResponse response) {
            return response.getKvsCount() == 1
                    && response.getKvs(0).getModRevision() == revision
                    && response.getKvs(0).getLease() == lease;
        }
    }

    /** What was found out about the store. */
    record Verdict(boolean same, long revision) {}

    /**
     * Nothing is known yet.
     *
     * @param fallbackKey what to read then
     */
    StoreIdentity(ByteString fallbackKey) {
        this.fallbackKey = fallbackKey;
    }

    /** Takes note of an entry that the store has confirmed or shown. */
    void saw(ByteString key, long revision, long lease) {
        if (anchor == null || revision > anchor.revision) {
            anchor = new Anchor(key, revision, lease);
        }
        highestRevision = Math.max(highestRevision, revision);
    }

    void saw(KeyValue entry) {
        saw(entry.getKey(), entry.getModRevision(), entry.getLease());
    }

    /** Takes note of how far the store has counted. */
    void saw(long revision) {
        highestRevision = Math.max(highestRevision, revision);
    }

    /** Asks the store who it is: a read that the whole cluster has to agree to. */
    void verify(Session session, long deadlineNanos, Consumer<Verdict> done, Consumer<Status> failed) {
        Anchor known = anchor;
        RangeRequest now = RangeRequest.newBuilder()
                .setKey(known == null ? fallbackKey : known.key)
                .setKeysOnly(true)
                .build();
        session.unary(
                KVGrpc.getRangeMethod(),
                now,
                deadlineNanos,
                answer -> {
                    if (isOther(answer.getHeader())) {
                        done.accept(replaced(answer.getHeader()));
                    } else if (known == null || known.isIn(answer)) {
                        // without an entry to compare, only a store that nobody had ever written to is surely the same
                        boolean same = known != null || highestRevision <= 1;
                        done.accept(confirmed(answer.getHeader(), same));
                    } else {
                        verifyHistory(session, known, now, answer.getHeader(), deadlineNanos, done, failed);
                    }
                },
                failed);
    }

    private void verifyHistory(
            Session session,
            Anchor known,
            RangeRequest now,
            ResponseHeader header,
            long deadlineNanos,
            Consumer<Verdict> done,
            Consumer<Status> failed) {
        session.unary(
                KVGrpc.getRangeMethod(),
                now.toBuilder().setRevision(known.revision).build(),
                deadlineNanos,
                answer -> done.accept(known.isIn(answer) ? confirmed(header, true) : replaced(header)),
                status -> {
                    if (Failures.isCompacted(status) || Failures.isFutureRevision(status)) {
                        done.accept(replaced(header));
                    } else {
                        failed.accept(status);
                    }
                });
    }

    private boolean isOther(ResponseHeader header) {
        return cluster != 0 && (header.getClusterId() != cluster || header.getRevision() < highestRevision);
    }

    private Verdict confirmed(ResponseHeader header, boolean same) {
        cluster = header.getClusterId();
        saw(header.getRevision());
        return new Verdict(same, header.getRevision());
    }

    private Verdict replaced(ResponseHeader header) {
        anchor = null;
        highestRevision = 0;
        return confirmed(header, false);
    }
}
