package dev.rollcall.console;

import dev.rollcall.OverrideRequest;
import dev.rollcall.Status;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes what a page asks of instances, if this console may change anything, and tells who asked for what. */
final class OverrideDesk {
    private static final int MAX_SHOWN_CHARS = 200;

    private final Vertx vertx;
    private final Board board;
    private final boolean allowChanges;
    private final Consumer<String> changes;

    OverrideDesk(Vertx vertx, Board board, boolean allowChanges, Consumer<String> changes) {
        this.vertx = vertx;
        this.board = board;
        this.allowChanges = allowChanges;
        this.changes = changes;
    }

    /** {@code POST /api/override?service=…&id=…&status=…&weight=…&minutes=…}. */
    void ask(RoutingContext context) {
        if (!isAllowed(context)) {
            return;
        }
        HttpServerRequest request = context.request();
        OverrideRequest asked;
        try {
            asked = new OverrideRequest(
                    status(request.getParam("status")),
                    number("weight", request.getParam("weight")),
                    lasting(request.getParam("minutes")),
                    by(request));
        } catch (IllegalArgumentException e) {
            answer(context.response(), 400, e.getMessage());
            return;
        }
        String what = (asked.status() == null ? "" : " " + asked.status())
                + (asked.weight() == null ? "" : " weight " + asked.weight()) + " for "
                + asked.lasting().toMinutes() + " min";
        carryOut(context, what, (service, id) -> board.overrides().ask(service, id, asked));
    }

    /** {@code POST /api/override/clear?service=…&id=…}. */
    void clear(RoutingContext context) {
        if (isAllowed(context)) {
            carryOut(
                    context,
                    " nothing any more",
                    (service, id) -> board.overrides().clear(service, id));
        }
    }

    @FunctionalInterface
    private interface Change {
        CompletableFuture<?> of(String service, String id);
    }

    private boolean isAllowed(RoutingContext context) {
        if (!allowChanges) {
            answer(context.response(), 403, "This console may change nothing: it was started without --allow-changes.");
        }
        return allowChanges;
    }

    private void carryOut(RoutingContext context, String what, Change change) {
        String service = context.request().getParam("service", "");
        String id = context.request().getParam("id", "");
        String by = by(context.request());
        Context connection = vertx.getOrCreateContext();
        board.executor().execute(() -> {
            CompletableFuture<?> done;
            try {
                done = change.of(service, id);
            } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
                done = CompletableFuture.failedFuture(e);
            }
            var unused = done.whenComplete((nothing, failure) -> {
                try {
                    audit(by, service, id, what, failure);
                } finally {
                    connection.runOnContext(now -> respond(context.response(), failure));
                }
            });
        });
    }

    private void audit(String by, String service, String id, String what, @Nullable Throwable failure) {
        String line = by + " asks of " + printable(service) + "/" + printable(id) + ":" + what;
        changes.accept(
                failure == null
                        ? line
                        : line + ", which failed: " + printable(cause(failure).getMessage()));
    }

    private static void respond(HttpServerResponse response, @Nullable Throwable failure) {
        if (failure == null) {
            response.setStatusCode(204).end();
        } else {
            Throwable cause = cause(failure);
            answer(response, cause instanceof IllegalArgumentException ? 400 : 503, cause.getMessage());
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static void answer(HttpServerResponse response, int status, @Nullable String text) {
        response.setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(text + "\n");
    }

    /** Whom the browser says that it speaks for, which nobody checks, and where it is. */
    private static String by(HttpServerRequest request) {
        String user = Guard.userOf(request.getHeader("Authorization"));
        String from = "the console, from "
                + (request.remoteAddress() == null
                        ? "nowhere"
                        : request.remoteAddress().hostAddress());
        return user.isEmpty() ? from : printable(user) + " at " + from;
    }

    /** What comes from outside, bounded, and without anything that could forge a line or turn its direction. */
    private static String printable(@Nullable String text) {
        StringBuilder shown = new StringBuilder();
        String.valueOf(text)
                .codePoints()
                .limit(MAX_SHOWN_CHARS)
                .forEach(c -> shown.appendCodePoint(
                        switch (Character.getType(c)) {
                            case Character.CONTROL,
                                    Character.FORMAT,
                                    Character.LINE_SEPARATOR,
                                    Character.PARAGRAPH_SEPARATOR,
                                    Character.SURROGATE,
                                    Character.UNASSIGNED -> '\ufffd';
                            default -> c;
                        }));
        return shown.toString();
    }

    private static @Nullable Status status(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        return switch (text) {
            case "draining" -> Status.DRAINING;
            case "out_of_service" -> Status.OUT_OF_SERVICE;
            default -> throw new IllegalArgumentException("status (expected: draining or out_of_service)");
        };
    }

    private static Duration lasting(@Nullable String minutes) {
        Integer number = number("minutes", minutes);
        return Duration.ofMinutes(number == null ? 60 : number);
    }

    private static @Nullable Integer number(String what, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(what + " (expected: a whole number)", e);
        }
    }
}
