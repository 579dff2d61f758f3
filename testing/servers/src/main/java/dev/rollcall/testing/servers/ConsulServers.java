package dev.rollcall.testing.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One Consul agent that is the server of its datacenter {@code dc1}, or with others, which are plain agents that joined it, as on
 * other hosts. The program comes from {@code ROLLCALL_CONSUL}, PATH, the cache or Debian. What it stores survives a
 * restart; it serves about three seconds after its start. Thread-safe.
 */
public final class ConsulServers extends StoreServers {

    private static final String PREFIX = "rollcall-consul-";
    private static final int PROBE_MILLIS = 1_000;

    private final Path consul;
    private final @Nullable String masterToken;
    private final @Nullable TlsFiles tls;

    private ConsulServers(Builder options, Path consul) {
        super(options.inMemory ? Directories.createInMemory(PREFIX) : Directories.createTemporary(PREFIX));
        this.consul = consul;
        masterToken = options.masterToken;
        tls = options.tls ? TlsFiles.generate(directory().resolve("tls")) : null;
        int serverGossip = takePort();
        nodes(IntStream.range(0, options.nodes)
                .mapToObj(i -> plan(i, serverGossip, options.configuration))
                .map(ServerNode::new)
                .toList());
    }

    /** Starts one agent with default options. */
    public static ConsulServers start() {
        return builder().start();
    }

    /** Options for agents other than a plain single one. */
    public static Builder builder() {
        return new Builder();
    }

    private ServerNode.Plan plan(int index, int serverGossip, List<String> more) {
        String name = "consul-" + index;
        int port = takePort();
        int probePort = tls == null ? port : takePort();
        Path home = Directories.create(directory().resolve(name));
        Path data = home.resolve("data");
        write(home.resolve("agent.json"), """
                {
                  "node_name": "%s", "data_dir": "%s", %s,
                  "bind_addr": "127.0.0.1", "client_addr": "127.0.0.1", "disable_host_node_id": true,
                  "ports": {"http": %d, "https": %d, "dns": -1, "grpc": -1, "server": %d, "serf_lan": %d, "serf_wan": -1},
                  "performance": {"raft_multiplier": 1}, "leave_on_terminate": false,
                  "disable_update_check": true, "log_level": "warn"%s%s
                }
                """.formatted(
                        name,
                        data,
                        index == 0
                                ? "\"server\": true, \"bootstrap_expect\": 1"
                                : "\"retry_join\": [\"127.0.0.1:" + serverGossip + "\"], \"retry_interval\": \"1s\"",
                        probePort,
                        tls == null ? -1 : port,
                        takePort(),
                        index == 0 ? serverGossip : takePort(),
                        accessControl(),
                        certificates()));
        List<String> command =
                new ArrayList<>(List.of(consul.toString(), "agent", "-config-file=" + home.resolve("agent.json")));
        for (int i = 0; i < more.size(); i++) {
            Path file = home.resolve("more-" + i + ".json");
            write(file, more.get(i));
            command.add("-config-file=" + file);
        }
        return new ServerNode.Plan(
                name, port, home, data, command, () -> Directories.create(data), () -> isReady(probePort, name), true);
    }

    private String accessControl() {
        return masterToken == null ? "" : """
                , "acl": {"enabled": true, "default_policy": "deny", "down_policy": "deny",
                          "tokens": {"master": "%1$s", "agent": "%1$s"}}""".formatted(masterToken);
    }

    private String certificates() {
        return tls == null ? "" : """
                , "verify_incoming_https": true, "ca_file": "%s", "cert_file": "%s", "key_file": "%s"
                """.formatted(tls.authority(), tls.serverCertificate(), tls.serverKey());
    }

    /** The agent is in the catalogue, and passes, so there is a leader too. */
    private boolean isReady(int port, String name) {
        return probe(port, "/v1/health/node/" + name).contains("\"passing\"");
    }

    @Override
    boolean leads(ServerNode node) {
        return node.name().equals("consul-0");
    }

    /** Empty when the agent does not answer in time. */
    private String probe(int port, String path) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
            connection.setConnectTimeout(PROBE_MILLIS);
            connection.setReadTimeout(PROBE_MILLIS);
            connection.setRequestProperty("Connection", "close");
            if (masterToken != null) {
                connection.setRequestProperty("X-Consul-Token", masterToken);
            }
            try (InputStream body = connection.getInputStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                connection.disconnect();
            }
        } catch (IOException down) {
            return "";
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code consul://host:port,…} without a token; where the certificates lie is in {@link #tls()}. */
    @Override
    public String uri(List<String> endpoints) {
        return "consul://" + String.join(",", endpoints);
    }

    /**
     * Runs Consul's own command against the first agent, which has to speak plain HTTP, with the token that may do everything.
     *
     * @param arguments such as {@code "kv", "get", "key"}; the limit is 30 s for one command
     * @return what it printed
     * @throws IllegalStateException with what it printed, when it failed
     */
    public String consul(String... arguments) {
        List<String> command = new ArrayList<>(List.of(consul.toString()));
        command.addAll(List.of(arguments));
        Map<String, String> environment = Map.of(
                "CONSUL_HTTP_ADDR", endpoints().get(0), "CONSUL_HTTP_TOKEN", masterToken == null ? "" : masterToken);
        return Command.run("consul " + String.join(" ", arguments), command, environment);
    }

    /** The certificates, when the agents ask for them; they then speak HTTPS at their endpoints. */
    public Optional<TlsFiles> tls() {
        return Optional.ofNullable(tls);
    }

    /** Options of Consul agents. Not thread-safe. */
    public static final class Builder {

        private int nodes = 1;
        private boolean tls;
        private boolean inMemory;
        private @Nullable String masterToken;
        private final List<String> configuration = new ArrayList<>();

        private Builder() {}

        /** How many agents, 1 (the default) to 7; the first is the server. */
        public Builder nodes(int count) {
            if (count < 1 || count > 7) {
                throw new IllegalArgumentException("nodes: " + count + " (expected: 1 to 7)");
            }
            nodes = count;
            return this;
        }

        /** Serves clients over HTTPS, and only those with a certificate from {@link ConsulServers#tls()}. */
        public Builder tls() {
            tls = true;
            return this;
        }

        /**
         * Keeps the data in memory, where the machine has a file system there, and no matter what becomes of the process. An agent syncs its disk for
         * each registration, several times, so that the pace of tests is that of a disk that they share.
         */
        public Builder inMemory() {
            inMemory = true;
            return this;
        }

        /** Switches access control on: nothing is allowed but with a token; this one may do everything. */
        public Builder masterToken(String secret) {
            masterToken = secret;
            return this;
        }

        /** Adds a configuration file, JSON; it wins over what was given before. */
        public Builder configuration(String json) {
            configuration.add(json);
            return this;
        }

        /**
         * Starts the agents and waits until all of them serve.
         *
         * @throws IllegalStateException when Consul is not to be had, or does not start; the message says why
         */
        public ConsulServers start() {
            Path consul = Binary.CONSUL.find();
            return StoreServers.start(() -> new ConsulServers(this, consul));
        }
    }
}
