package dev.rollcall.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.util.internal.StringUtil;

/**
 * Follows a chunked body (RFC 9112, section 7.1) from chunk to chunk, to look at each size before Netty does: Netty 4.2.12 computes it in 32
 * bits and takes {@code 100000000} for zero, the end of the body, where others go on for 4 GiB. Used on one event loop only.
 */
final class ChunkSizes {
    static final int SOUND = -1;
    private static final int MAX_DIGITS = 16;

    private long left;
    private boolean last;

    /**
     * Looks at the size that comes next, if that is what comes next and it is here as a whole.
     *
     * @return {@link #SOUND}, or where a size begins that is none or too large
     */
    int check(ByteBuf in) {
        if (left > 0 || last) {
            return SOUND;
        }
        int start = in.readerIndex();
        int end = in.writerIndex();
        if (end - start >= 2 && in.getByte(start) == HttpConstants.CR && in.getByte(start + 1) == HttpConstants.LF) {
            start += 2; // what ends the chunk before
        }
        int lineEnd = in.indexOf(start, end, HttpConstants.LF);
        if (lineEnd < 0) {
            return end - start > Worker.MAX_INITIAL_LINE_BYTES ? start : SOUND;
        }
        long size = size(in, start, lineEnd);
        if (size < 0 || size > Integer.MAX_VALUE) {
            return start;
        }
        if (start == in.readerIndex()) {
            left = size;
            last = size == 0;
        }
        return SOUND;
    }

    /** Takes note of data that was read. */
    void read(int bytes) {
        left -= bytes;
    }

    private static long size(ByteBuf in, int start, int lineEnd) {
        long size = 0;
        int at = start;
        for (int digit = digit(in, at, lineEnd); digit >= 0; digit = digit(in, at, lineEnd)) {
            size = size * 16 + digit;
            at++;
            if (at - start >= MAX_DIGITS) {
                return -1;
            }
        }
        return at == start ? -1 : size;
    }

    private static int digit(ByteBuf in, int at, int lineEnd) {
        return at < lineEnd ? StringUtil.decodeHexNibble(in.getByte(at)) : -1;
    }
}
