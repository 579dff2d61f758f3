package dev.rollcall.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way to an instance: passed on as it comes, no faster than the instance takes it, and kept while it is short,
 * so that it can be sent to another instance. Used on the request's event loop only.
 */
final class RequestBody {
    private final HttpServerRequest source;
    private final boolean present;
    private final long maxBytes;
    private final int maxKeptBytes;
    private final Runnable whenTooLarge;
    private final List<Buffer> kept = new ArrayList<>();
    private @Nullable HttpClientRequest target;
    private long bytes;
    private boolean allKept = true;
    private boolean ended;
    private boolean continued;

    /**
     * The source must not have been read yet; it stands still until there is a target.
     *
     * @param present whether there is a body at all
     * @param maxBytes how long it may be
     * @param maxKeptBytes up to which length it is kept
     * @param whenTooLarge run when it is longer than it may be
     */
    RequestBody(HttpServerRequest source, boolean present, long maxBytes, int maxKeptBytes, Runnable whenTooLarge) {
        this.source = source;
        this.present = present;
        this.maxBytes = maxBytes;
        this.maxKeptBytes = maxKeptBytes;
        this.whenTooLarge = whenTooLarge;
        source.pause();
        source.handler(this::read);
        source.endHandler(end -> end());
        if (!present) {
            source.resume();
        }
    }

    /** Whether the whole of it, as far as it has come, can be sent once more. */
    boolean canBeSentAgain() {
        return allKept;
    }

    /** How much of it has come, in bytes. */
    long bytes() {
        return bytes;
    }

    boolean isPresent() {
        return present;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Sends what came already, then what comes. */
    void sendTo(HttpClientRequest next) {
        if (!present) {
            next.end();
            return;
        }
        target = next;
        next.drainHandler(drained -> resume(next));
        kept.forEach(next::write);
        if (ended) {
            next.end();
            return;
        }
        if (!continued && "100-continue".equalsIgnoreCase(source.getHeader("expect"))) {
            source.response().writeContinue();
        }
        continued = true;
        if (!next.writeQueueFull()) {
            source.resume();
        }
    }

    /** Sends no more for now. */
    void detach() {
        target = null;
        if (present) {
            source.pause();
        }
    }

    /** Reads what is left, for nobody, so that the connection can be used again. */
    void discard() {
        target = null;
        allKept = false;
        kept.clear();
        source.resume();
    }

    private void resume(HttpClientRequest drained) {
        if (drained == target) {
            source.resume();
        }
    }

    private void read(Buffer chunk) {
        if (chunk.length() == 0) {
            return; // as HTTP/2 may end a request that has no body
        }
        bytes += chunk.length();
        if (bytes > maxBytes || !present) {
            whenTooLarge.run();
            return;
        }
        keep(chunk);
        HttpClientRequest receiver = target;
        if (receiver != null) {
            receiver.write(chunk);
            if (receiver.writeQueueFull()) {
                source.pause();
            }
        }
    }

    private void keep(Buffer chunk) {
        if (!allKept) {
            return;
        }
        if (bytes > maxKeptBytes) {
            allKept = false;
            kept.clear();
        } else {
            kept.add(chunk);
        }
    }

    private void end() {
        ended = true;
        HttpClientRequest receiver = target;
        if (receiver != null) {
            receiver.end();
        }
    }
}
