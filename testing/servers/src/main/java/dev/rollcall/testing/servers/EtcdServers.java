package dev.rollcall.testing.servers;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One etcd, or a cluster of them. The program comes from {@code ROLLCALL_ETCD}, PATH, the cache or Debian. Nothing is
 * compacted unless a test does it; a cluster elects a new leader within about a second. Thread-safe.
 */
public final class EtcdServers extends StoreServers {

    private static final int PROBE_MILLIS = 1_000;

    /** The health and leader probe of each node: plain HTTP, whatever the clients use. */
    private final Map<String, Integer> probePorts = new HashMap<>();

    private final Path etcd;
    private final Path etcdctl;
    private final @Nullable TlsFiles tls;
    private final @Nullable String rootPassword;
    private final List<User> users;

    private record User(String name, String password, String prefix) {}

    private EtcdServers(Builder options, Path etcd, Path etcdctl) {
        super("etcd");
        this.etcd = etcd;
        this.etcdctl = etcdctl;
        tls = options.tls ? TlsFiles.generate(directory().resolve("tls")) : null;
        rootPassword = options.rootPassword;
        users = List.copyOf(options.users);
        int count = options.nodes;
        List<Integer> peers =
                IntStream.range(0, count).map(i -> takePort()).boxed().toList();
        String members = String.join(
                ",",
                IntStream.range(0, count)
                        .mapToObj(i -> "etcd-" + i + "=http://127.0.0.1:" + peers.get(i))
                        .toList());
        nodes(IntStream.range(0, count)
                .mapToObj(i -> plan(i, count, peers.get(i), members, options.flags))
                .map(ServerNode::new)
                .toList());
    }

    /** Starts a single node with default options. */
    public static EtcdServers start() {
        return builder().start();
    }

    /** Starts a cluster with default options. */
    public static EtcdServers startCluster(int nodes) {
        return builder().nodes(nodes).start();
    }

    /** Options for servers other than a plain single node. */
    public static Builder builder() {
        return new Builder();
    }

    private ServerNode.Plan plan(int index, int count, int peerPort, String members, List<String> flags) {
        String name = "etcd-" + index;
        int port = takePort();
        int probePort = takePort();
        probePorts.put(name, probePort);
        Path home = Directories.create(directory().resolve(name));
        String clientUrl = (tls == null ? "http" : "https") + "://127.0.0.1:" + port;
        String peerUrl = "http://127.0.0.1:" + peerPort;
        List<String> command = new ArrayList<>(List.of(
                etcd.toString(),
                "--name=" + name,
                "--data-dir=" + home.resolve("data"),
                "--listen-client-urls=" + clientUrl,
                "--advertise-client-urls=" + clientUrl,
                "--listen-peer-urls=" + peerUrl,
                "--initial-advertise-peer-urls=" + peerUrl,
                "--initial-cluster=" + members,
                "--initial-cluster-token=" + directory().getFileName(),
                "--listen-metrics-urls=http://127.0.0.1:" + probePort,
                "--auto-compaction-retention=0",
                "--bcrypt-cost=4",
                "--heartbeat-interval=20",
                "--election-timeout=200",
                "--logger=zap",
                "--log-level=warn"));
        if (tls != null) {
            command.addAll(List.of(
                    "--client-cert-auth",
                    "--trusted-ca-file=" + tls.authority(),
                    "--cert-file=" + tls.serverCertificate(),
                    "--key-file=" + tls.serverKey()));
        }
        command.addAll(flags);
        return new ServerNode.Plan(
                name, port, home, home.resolve("data"), command, () -> {}, () -> isHealthy(probePort), count == 1);
    }

    /** Asks for health only where there is a leader: each refusal is a line of etcd's log, which we want for the cause. */
    private static boolean isHealthy(int probePort) {
        return probe(probePort, "/metrics").contains("\netcd_server_has_leader 1\n")
                && probe(probePort, "/health").contains("true");
    }

    @Override
    boolean leads(ServerNode node) {
        return probe(probePorts.getOrDefault(node.name(), 0), "/metrics").contains("\netcd_server_is_leader 1\n");
    }

    /** Empty when the node does not answer in time. */
    private static String probe(int port, String path) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
            connection.setConnectTimeout(PROBE_MILLIS);
            connection.setReadTimeout(PROBE_MILLIS);
            connection.setRequestProperty("Connection", "close");
            try (InputStream body = connection.getInputStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                connection.disconnect();
            }
        } catch (IOException down) {
            return "";
        }
    }

    @Override
    void fillEmptyStore() {
        if (rootPassword == null) {
            return;
        }
        etcdctlAs(null, "user", "add", "root:" + rootPassword);
        etcdctlAs(null, "user", "grant-role", "root", "root");
        for (User user : users) {
            etcdctlAs(null, "user", "add", user.name + ":" + user.password);
            etcdctlAs(null, "role", "add", user.name);
            etcdctlAs(null, "role", "grant-permission", "--prefix=true", user.name, "readwrite", user.prefix);
            etcdctlAs(null, "user", "grant-role", user.name, user.name);
        }
        etcdctlAs(null, "auth", "enable");
    }

    /** {@code etcd://host:port,…}; where the certificates lie is in {@link #tls()}. */
    @Override
    public String uri(List<String> endpoints) {
        return "etcd://" + String.join(",", endpoints);
    }

    /** The certificates, when the servers ask for them. */
    public Optional<TlsFiles> tls() {
        return Optional.ofNullable(tls);
    }

    /**
     * Runs etcdctl against all nodes, as root and with the client's certificate where they are needed.
     *
     * @param arguments such as {@code "put", "key", "value"}; etcdctl's own limit is 5 s for one command
     * @return what it printed
     * @throws IllegalStateException with what it printed, when it failed
     */
    public String etcdctl(String... arguments) {
        return etcdctlAs(rootPassword == null ? null : "root:" + rootPassword, arguments);
    }

    /**
     * The same as somebody else.
     *
     * @param login {@code user:password}, or null for nobody
     * @param arguments as above
     */
    public String etcdctlAs(@Nullable String login, String... arguments) {
        return Command.run("etcdctl " + String.join(" ", arguments), etcdctlCommand(login, arguments));
    }

    /** What starts etcdctl, as {@link #etcdctl} runs it, for what goes on until it is told to end. */
    public ProcessBuilder etcdctlProcess(String... arguments) {
        return Command.builder(
                etcdctlCommand(rootPassword == null ? null : "root:" + rootPassword, arguments), Map.of());
    }

    private List<String> etcdctlCommand(@Nullable String login, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                etcdctl.toString(),
                "--endpoints=" + String.join(",", endpoints()),
                "--insecure-transport=" + (tls == null)));
        if (tls != null) {
            command.addAll(List.of(
                    "--cacert=" + tls.authority(), "--cert=" + tls.clientCertificate(), "--key=" + tls.clientKey()));
        }
        if (login != null) {
            command.add("--user=" + login);
        }
        command.addAll(List.of(arguments));
        return command;
    }

    /** Options of etcd servers. Not thread-safe. */
    public static final class Builder {

        private int nodes = 1;
        private boolean tls;
        private @Nullable String rootPassword;
        private final List<User> users = new ArrayList<>();
        private final List<String> flags = new ArrayList<>();

        private Builder() {}

        /** How many nodes, an odd number from 1 (the default) to 7. */
        public Builder nodes(int count) {
            if (count < 1 || count > 7 || count % 2 == 0) {
                throw new IllegalArgumentException("nodes: " + count + " (expected: 1, 3, 5 or 7)");
            }
            nodes = count;
            return this;
        }

        /** Serves clients over TLS, and only those with a certificate from {@link EtcdServers#tls()}. */
        public Builder tls() {
            tls = true;
            return this;
        }

        /** Switches authentication on, with this password for {@code root}. */
        public Builder rootPassword(String password) {
            rootPassword = password;
            return this;
        }

        /**
         * Adds a user who may read and write the keys with a prefix, and nothing else.
         *
         * @throws IllegalStateException before {@link #rootPassword(String)}, since etcd asks for root first
         */
        public Builder user(String name, String password, String prefix) {
            if (rootPassword == null) {
                throw new IllegalStateException("rootPassword is not set (expected: before any user)");
            }
            users.add(new User(name, password, prefix));
            return this;
        }

        /**
         * How long a login lasts without being used; etcd's default is 300 s.
         *
         * @param ttl in whole seconds, at least one
         */
        public Builder authTokenTtl(Duration ttl) {
            if (ttl.toSeconds() < 1) {
                throw new IllegalArgumentException("ttl: " + ttl + " (expected: at least one second)");
            }
            return flag("--auth-token-ttl=" + ttl.toSeconds());
        }

        /** Adds a flag of etcd's own; it wins over one that was given before. */
        public Builder flag(String flag) {
            flags.add(flag);
            return this;
        }

        /**
         * Starts the servers and waits until all of them serve.
         *
         * @throws IllegalStateException when etcd is not to be had, or does not start; the message says why
         */
        public EtcdServers start() {
            Path etcd = Binary.ETCD.find();
            Path etcdctl = Binary.ETCDCTL.find();
            return StoreServers.start(() -> new EtcdServers(this, etcd, etcdctl));
        }
    }
}
