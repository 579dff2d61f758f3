package dev.rollcall.console;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One page that listens. What it has not yet taken is bounded: when that is too much nothing more is sent, and once it has caught up it is told
 * everything anew. Confined to the board's thread, but for the writes, which happen on the connection's.
 */
final class BrowserStream {
    /** What may be on its way to one page. One message more than this may be, where it is the only one. */
    static final int MAX_BYTES_ON_THE_WAY = 1 << 20;

    private final String id;
    private final Context connection;
    private final HttpServerResponse response;
    private final Executor board;
    private final CaughtUp caughtUp;
    private long bytesOnTheWay;
    private long onTheWaySinceMillis;
    private boolean behind;
    private @Nullable String opened;
    private boolean configOpened;

    /** What to do once a page that was too slow has taken everything. */
    @FunctionalInterface
    interface CaughtUp {
        void tell(BrowserStream stream);
    }

    /** @param id unguessable: who knows it may say what this page wants to see */
    BrowserStream(String id, Context connection, HttpServerResponse response, Executor board, CaughtUp caughtUp) {
        this.id = id;
        this.connection = connection;
        this.response = response;
        this.board = board;
        this.caughtUp = caughtUp;
    }

    String id() {
        return id;
    }

    /** The service whose instances it shows. */
    @Nullable
    String opened() {
        return opened;
    }

    void open(@Nullable String service) {
        opened = service;
    }

    boolean configOpened() {
        return configOpened;
    }

    void openConfig(boolean open) {
        configOpened = open;
    }

    boolean isBehind() {
        return behind;
    }

    /** Sends a message, unless too much is on its way. */
    void send(Buffer message, long nowMillis) {
        if (behind) {
            return;
        }
        if (bytesOnTheWay > 0 && bytesOnTheWay + message.length() > MAX_BYTES_ON_THE_WAY) {
            behind = true;
            return;
        }
        if (bytesOnTheWay == 0) {
            onTheWaySinceMillis = nowMillis;
        }
        bytesOnTheWay += message.length();
        connection.runOnContext(unused ->
                response.write(message).onComplete(written -> board.execute(() -> taken(message.length()))));
    }

    /** For how long nothing has been taken of what is on its way; 0 if nothing is. */
    long stuckMillis(long nowMillis) {
        return bytesOnTheWay == 0 ? 0 : nowMillis - onTheWaySinceMillis;
    }

    /** Ends the connection; the page comes back when it can. */
    void end() {
        connection.runOnContext(unused -> response.reset());
    }

    private void taken(int bytes) {
        bytesOnTheWay -= bytes;
        if (bytesOnTheWay == 0 && behind) {
            behind = false;
            caughtUp.tell(this);
        }
    }
}
