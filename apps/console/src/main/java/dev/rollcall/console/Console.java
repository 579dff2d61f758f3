package dev.rollcall.console;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Rollcall;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page that shows the registry as it is now, and what happened to it, in any browser. It follows every service of a client, which stays the
 * caller's to close. Safe for use by many threads.
 *
 * <pre>{@code
 * try (Rollcall rollcall = Rollcall.connect("etcd://10.0.0.1:2379");
 *         Console console = Console.builder(rollcall).start()) {
 *     System.out.println("open " + console.uri());
 *     …
 * }
 * }</pre>
 *
 * <p>It listens on this machine alone unless told otherwise, and then asks for a token. Up to 64 pages may be open; one that is too slow is sent less, never
 * kept more for.
 */
public final class Console implements AutoCloseable {
    /** Where it listens by default. */
    public static final int DEFAULT_PORT = 8580;

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    private final Board board;
    private final PageServer server;
    private final String uri;

    private Console(Board board, PageServer server, String uri) {
        this.board = board;
        this.server = server;
        this.uri = uri;
    }

    /** A console's options, all of which have defaults. */
    public static Builder builder(Rollcall rollcall) {
        return new Builder(rollcall);
    }

    /** Where to point a browser: {@code http://127.0.0.1:8580/}. */
    public String uri() {
        return uri;
    }

    /** Stops listening and following. Idempotent; waits up to 5 s for connections to end. */
    @Override
    public void close() {
        board.close();
        server.close();
    }

    private static void logChange(String line) {
        LOG.info("{}", line);
    }

    /** Options of a {@link Console}. Not safe for use by many threads. */
    public static final class Builder {
        private static final int MIN_TOKEN_CHARS = 16;

        private final Rollcall rollcall;
        private final Set<String> names = new HashSet<>();
        private String host = "127.0.0.1";
        private int port = DEFAULT_PORT;
        private String registry = "";
        private @Nullable String token;
        private boolean allowChanges;
        private Consumer<String> changesListener = Console::logChange;
        private @Nullable PemKeyCertOptions certificate;
        private @Nullable Traffic traffic;
        private Clock clock = Clock.systemUTC();

        private Builder(Rollcall rollcall) {
            this.rollcall = requireNonNull(rollcall, "rollcall");
        }

        /**
         * Where to listen; by default at 127.0.0.1:8580. Elsewhere than on this machine's loopback a {@link #token} is needed.
         *
         * @param port 0 for any free one
         */
        public Builder listen(String host, int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
            this.host = requireNonNull(host, "host");
            this.port = port;
            return this;
        }

        /** What the page calls the registry, without secrets; by default nothing. */
        public Builder registry(String registry) {
            this.registry = requireNonNull(registry, "registry");
            return this;
        }

        /**
         * What every request must know: as the password of HTTP basic authentication, with any user name, which browsers ask for; or as a bearer token. At
         * least 16 characters. Without TLS in front whoever can listen on the network can read it.
         */
        public Builder token(String token) {
            if (token.length() < MIN_TOKEN_CHARS) {
                throw new IllegalArgumentException(
                        "token: " + token.length() + " characters (expected: at least " + MIN_TOKEN_CHARS + ")");
            }
            this.token = token;
            return this;
        }

        /**
         * A DNS name that browsers may use for this console. Others are refused, since a name can be made to lead here by whoever owns it (DNS
         * rebinding); IP addresses, {@code localhost} and the name that it listens at are always allowed.
         */
        public Builder allowHost(String name) {
            names.add(requireNonNull(name, "name").toLowerCase(Locale.ROOT));
            return this;
        }

        /**
         * Lets those who may look also ask things of instances ({@link dev.rollcall.Overrides}): to drain, to be out of service, another weight. By default
         * they can't, and the page has no buttons for it. {@link #changesListener} is told.
         */
        public Builder allowChanges(boolean allowChanges) {
            this.allowChanges = allowChanges;
            return this;
        }

        /**
         * Who is told what is asked of instances through this console, and by whom from where, in one line each; by default the log at level info.
         * Called on threads of the client's, before the page is answered.
         */
        public Builder changesListener(Consumer<String> changesListener) {
            this.changesListener = requireNonNull(changesListener, "changesListener");
            return this;
        }

        /**
         * Listens with TLS; by default without.
         *
         * @param certificates a PEM file with the certificate and those in between
         * @param key a PEM file with its private key, PKCS#8
         * @throws IllegalArgumentException if one of them can't be read
         */
        public Builder tls(Path certificates, Path key) {
            for (Path file : new Path[] {certificates, key}) {
                if (!Files.isReadable(file)) {
                    throw new IllegalArgumentException("TLS: " + file + " can't be read (expected: a PEM file)");
                }
            }
            this.certificate =
                    new PemKeyCertOptions().setCertPath(certificates.toString()).setKeyPath(key.toString());
            return this;
        }

        /** What traffic flows through this process; by default none is shown. */
        public Builder traffic(Traffic traffic) {
            this.traffic = requireNonNull(traffic, "traffic");
            return this;
        }

        /** What time it is, for tests. */
        public Builder clock(Clock clock) {
            this.clock = requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Begins to follow and to listen. Waits until the port is bound, not for the registry.
         *
         * @throws IllegalArgumentException if it would listen elsewhere than on loopback without a token
         * @throws IOException if it can't listen there; the message says where and why
         */
        public Console start() throws IOException, InterruptedException {
            if (token == null && !isLoopback(host)) {
                throw new IllegalArgumentException("listen: " + host
                        + " can be reached by others (expected: 127.0.0.1 or ::1, or a token that the page asks for)");
            }
            Set<String> allowed = new HashSet<>(names);
            allowed.add(host.toLowerCase(Locale.ROOT));
            Board board =
                    new Board(rollcall, clock, new Board.Greeting(registry, allowChanges, traffic != null), traffic);
            PageServer server =
                    new PageServer(board, new Guard(allowed, token), allowChanges, changesListener, certificate);
            int bound;
            try {
                bound = server.listen(host, port);
            } catch (IOException | InterruptedException e) {
                board.close();
                throw e;
            }
            board.start();
            String scheme = certificate == null ? "http://" : "https://";
            return new Console(
                    board, server, scheme + (host.contains(":") ? "[" + host + "]" : host) + ":" + bound + "/");
        }

        private static boolean isLoopback(String host) throws IOException {
            try {
                for (InetAddress address : InetAddress.getAllByName(host)) {
                    if (!address.isLoopbackAddress()) {
                        return false;
                    }
                }
                return true;
            } catch (UnknownHostException e) {
                throw new IOException("can't listen on " + host + ": no such host", e);
            }
        }
    }
}
