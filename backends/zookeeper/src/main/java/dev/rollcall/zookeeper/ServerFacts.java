package dev.rollcall.zookeeper;

import dev.rollcall.spi.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says of itself when it is asked {@code srvr}, the one of the four-letter words that is allowed by default.
 *
 * @param version such as {@code 3.9.5}
 * @param mode {@code leader}, {@code follower}, {@code observer}, {@code standalone} or {@code read-only}
 */
record ServerFacts(int major, int minor, String version, String mode) {
    private static final int MAX_ANSWER_BYTES = 4096;
    private static final Pattern VERSION = Pattern.compile("Zookeeper version: (([0-9]{1,4})\\.([0-9]{1,4})[^ ,-]*)");
    private static final Pattern MODE = Pattern.compile("Mode: ([a-z-]+)");
    private static final int OLDEST_MAJOR = 3;
    private static final int OLDEST_MINOR = 6;

    /** Nothing where the server doesn't answer that. */
    static Optional<ServerFacts> ask(InetSocketAddress server, Duration timeout) {
        try (Socket socket = new Socket()) {
            InetAddress address = InetAddress.getByName(server.getHostString());
            socket.connect(new InetSocketAddress(address, server.getPort()), (int) timeout.toMillis());
            socket.setSoTimeout((int) timeout.toMillis());
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return parse(new String(socket.getInputStream().readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<ServerFacts> parse(String answer) {
        Matcher version = VERSION.matcher(answer);
        if (!version.find()) {
            return Optional.empty();
        }
        Matcher mode = MODE.matcher(answer);
        return Optional.of(new ServerFacts(
                Integer.parseInt(version.group(2)),
                Integer.parseInt(version.group(3)),
                version.group(1),
                mode.find() ? mode.group(1) : ""));
    }

    Finding finding() {
        String name = "ZooKeeper " + version + (mode.isEmpty() ? "" : ", " + mode);
        return major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR)
                ? Finding.fail("version", name + ": it has no watches on whole trees", "use ZooKeeper 3.6 or later")
                : Finding.ok("version", name);
    }
}
