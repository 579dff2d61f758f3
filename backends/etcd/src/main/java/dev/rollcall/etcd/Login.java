package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.spi.StoreUri;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who we are on one connection: the token that the password was exchanged for. On the serial thread. */
final class Login {
    private static final int MAX_PASSWORD_FILE_BYTES = 64 * 1024;

    private final Session session;
    private final Optional<StoreUri.Credentials> credentials;
    private final List<Waiting> waiting = new ArrayList<>();
    private @Nullable String token;

    private record Waiting(Runnable done, Consumer<Status> failed) {}

    Login(Session session, Optional<StoreUri.Credentials> credentials) {
        this.session = session;
        this.credentials = credentials;
    }

    /** Whether there is a user to log on as. */
    boolean isNeeded() {
        return credentials.isPresent();
    }

    /** What is sent with each request, or null for nothing. */
    @Nullable
    String token() {
        return token;
    }

    /**
     * Logs on, once for all who ask meanwhile; without a user, or on an etcd without authentication, there is nothing
     * to do.
     *
     * @param stale the token that was found wanting; if there is another by now, that is it
     */
    void refresh(@Nullable String stale, long deadlineNanos, Runnable done, Consumer<Status> failed) {
        if (credentials.isEmpty() || !Objects.equals(stale, token)) {
            done.run();
            return;
        }
        waiting.add(new Waiting(done, failed));
        if (waiting.size() > 1) {
            return;
        }
        AuthenticateRequest request;
        try {
            request = AuthenticateRequest.newBuilder()
                    .setName(credentials.get().user())
                    .setPassword(password(credentials.get()))
                    .build();
        } catch (IOException e) {
            failed(Status.UNAUTHENTICATED.withDescription("the password file can't be read: " + e));
            return;
        }
        session.authenticate(
                request,
                deadlineNanos,
                answer -> {
                    token = answer.getToken();
                    done();
                },
                status -> {
                    if (Failures.isAuthenticationDisabled(status)) {
                        done();
                    } else {
                        failed(status);
                    }
                });
    }

    private void done() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(one -> one.done.run());
    }

    private void failed(Status status) {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(one -> one.failed.accept(status));
    }

    /** Read anew for each login, so that a password that was changed on both sides needs no restart. */
    static String password(StoreUri.Credentials credentials) throws IOException {
        if (!credentials.inFile()) {
            return credentials.password();
        }
        Path file = Path.of(credentials.password());
        if (Files.size(file) > MAX_PASSWORD_FILE_BYTES) {
            throw new IOException(file + " is larger than " + MAX_PASSWORD_FILE_BYTES + " bytes");
        }
        return Files.readString(file).strip();
    }
}
