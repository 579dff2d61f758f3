package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.spi.BackendThread;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;

/**
 * Reads all entries of a range as they were at one revision, page by page: the first page says which, and the others
 * are asked for as of then. The next page is under way while one is decoded. On the serial thread.
 *
 * <p>A page is a number of keys, but what must be bounded is bytes, so each page's number follows from the sizes of the
 * one before; a page that turns out too large to receive is asked for again, smaller.
 */
final class PagedRange {
    private static final int FIRST_LIMIT = 500;
    private static final int MAX_LIMIT = 10_000;

    /** etcd counts the whole rest of the range for each page, so few large ones are cheaper than many small ones. */
    private static final int PAGE_BYTES = 2 * 1024 * 1024;

    /** What is done with the entries. */
    interface Reader {
        /** Some of the entries, in the order of their keys. */
        void page(List<KeyValue> entries);

        /** That was all. */
        void done(long revision);

        /** The rest can't be had. */
        void failed(Status status);
    }

    private final Session session;
    private final ByteString prefix;
    private final ByteString end;
    private final boolean keysOnly;
    private final Duration timeout;
    private final BackendThread serial;
    private final Reader reader;
    private long limit = FIRST_LIMIT;

    PagedRange(
            Session session,
            ByteString prefix,
            ByteString end,
            boolean keysOnly,
            Duration timeout,
            BackendThread serial,
            Reader reader) {
        this.session = session;
        this.prefix = prefix;
        this.end = end;
        this.keysOnly = keysOnly;
        this.timeout = timeout;
        this.serial = serial;
        this.reader = reader;
    }

    void start() {
        next(prefix, 0);
    }

    private void next(ByteString from, long revision) {
        session.unary(
                KVGrpc.getRangeMethod(),
                RangeRequest.newBuilder()
                        .setKey(from)
                        .setRangeEnd(end)
                        .setLimit(limit)
                        .setRevision(revision)
                        .setKeysOnly(keysOnly)
                        .build(),
                serial.nanoTime() + timeout.toNanos(),
                answer -> answered(answer, revision == 0 ? answer.getHeader().getRevision() : revision),
                status -> {
                    if (Failures.isTooLargeToRead(status) && limit > 1) {
                        limit = Math.max(1, limit / 8);
                        next(from, revision);
                    } else {
                        reader.failed(status);
                    }
                });
    }

    private void answered(RangeResponse answer, long revision) {
        List<KeyValue> entries = answer.getKvsList();
        boolean more = answer.getMore() && !entries.isEmpty();
        if (more) {
            long average = Math.max(1, answer.getSerializedSize() / entries.size());
            limit = Math.max(1, Math.min(MAX_LIMIT, PAGE_BYTES / average));
            ByteString last = entries.get(entries.size() - 1).getKey();
            next(last.concat(ByteString.copyFrom(new byte[] {0})), revision);
        }
        reader.page(entries);
        if (!more) {
            reader.done(revision);
        }
    }
}
