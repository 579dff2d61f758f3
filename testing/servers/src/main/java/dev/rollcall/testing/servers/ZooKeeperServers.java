package dev.rollcall.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One ZooKeeper server, or an ensemble, each in a JVM of its own, with the ZooKeeper that is on this class path. A tick
 * is 500 ms, so sessions last from one second to a minute. Thread-safe.
 */
public final class ZooKeeperServers extends StoreServers {

    private static final int PROBE_MILLIS = 1_000;

    private ZooKeeperServers(Builder options) {
        super("zookeeper");
        int count = options.nodes;
        List<Integer> clients =
                IntStream.range(0, count).map(i -> takePort()).boxed().toList();
        StringBuilder ensemble = new StringBuilder();
        for (int i = 0; count > 1 && i < count; i++) {
            ensemble.append("server.%d=127.0.0.1:%d:%d%n".formatted(i + 1, takePort(), takePort()));
        }
        nodes(IntStream.range(0, count)
                .mapToObj(i -> plan(i, clients.get(i), ensemble.toString(), options))
                .map(ServerNode::new)
                .toList());
    }

    /** Starts a single server. */
    public static ZooKeeperServers start() {
        return builder().start();
    }

    /** Starts an ensemble. */
    public static ZooKeeperServers startCluster(int nodes) {
        return builder().nodes(nodes).start();
    }

    /** Options for servers other than a plain single one. */
    public static Builder builder() {
        return new Builder();
    }

    private ServerNode.Plan plan(int index, int port, String ensemble, Builder options) {
        String name = "zookeeper-" + index;
        Path home = Directories.create(directory().resolve(name));
        Path data = home.resolve("data");
        Path configuration = home.resolve("zoo.cfg");
        write(configuration, """
                tickTime=500
                initLimit=40
                syncLimit=10
                maxSessionTimeout=60000
                maxClientCnxns=0
                dataDir=%s
                clientPortAddress=127.0.0.1
                clientPort=%d
                admin.enableServer=false
                4lw.commands.whitelist=*
                %s
                """.formatted(data, port, ensemble));
        return new ServerNode.Plan(
                name,
                port,
                home,
                data,
                ZooKeeperCommand.line(configuration, options.javaOptions),
                () -> write(Directories.create(data).resolve("myid"), Integer.toString(index + 1)),
                () -> ask(port, "srvr").contains("Mode: "),
                true);
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    boolean leads(ServerNode node) {
        String answer = ask(node, "srvr");
        return answer.contains("Mode: leader") || answer.contains("Mode: standalone");
    }

    /**
     * A server's answer to one of the four-letter words ({@code srvr}, {@code mntr}, {@code cons}, …), all of which are
     * allowed.
     *
     * @return empty when the server does not answer within a second
     */
    public String ask(ServerNode node, String word) {
        return ask(node.port(), word);
    }

    private static String ask(int port, String word) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Ports.LOOPBACK, port), PROBE_MILLIS);
            socket.setSoTimeout(PROBE_MILLIS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException down) {
            return "";
        }
    }

    /** {@code zookeeper://host:port,…}. */
    @Override
    public String uri(List<String> endpoints) {
        return "zookeeper://" + String.join(",", endpoints);
    }

    /** Options of ZooKeeper servers. Not thread-safe. */
    public static final class Builder {

        private int nodes = 1;
        private final List<String> javaOptions = new ArrayList<>();

        private Builder() {}

        /** How many servers, an odd number from 1 (the default) to 7. */
        public Builder nodes(int count) {
            if (count < 1 || count > 7 || count % 2 == 0) {
                throw new IllegalArgumentException("nodes: " + count + " (expected: 1, 3, 5 or 7)");
            }
            nodes = count;
            return this;
        }

        /**
         * Adds an option for the servers' JVMs, such as {@code -Djute.maxbuffer=8000000}. They are tuned to start fast;
         * a benchmark wants {@code -XX:TieredStopAtLevel=4}, which lets them become as fast as they can.
         */
        public Builder javaOption(String option) {
            javaOptions.add(option);
            return this;
        }

        /**
         * Starts the servers and waits until all of them serve.
         *
         * @throws IllegalStateException when one does not start; the message says why
         */
        public ZooKeeperServers start() {
            return StoreServers.start(() -> new ZooKeeperServers(this));
        }
    }
}
