package dev.rollcall.testing.servers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line of a ZooKeeper server. Its class path is put together from the few jars that the server needs, each
 * found by a class in it, so that nothing else of a test's class path gets into the server.
 */
final class ZooKeeperCommand {

    private static final String MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

    /** One class of each jar. Metrics and Snappy are not among ZooKeeper's declared dependencies, but it loads them. */
    private static final List<String> REQUIRED = List.of(
            MAIN,
            "org.apache.jute.Record",
            "org.slf4j.Logger",
            "com.codahale.metrics.Reservoir",
            "org.xerial.snappy.Snappy",
            "io.netty.handler.ssl.SslContext",
            "io.netty.handler.codec.ByteToMessageDecoder",
            "io.netty.channel.Channel",
            "io.netty.buffer.ByteBuf",
            "io.netty.util.Timer",
            "io.netty.resolver.AddressResolver");

    /** Without a logger the server runs as well; only its reasons for failing are lost. */
    private static final List<String> OPTIONAL =
            List.of("ch.qos.logback.classic.Logger", "ch.qos.logback.core.Appender", "org.apache.commons.io.IOUtils");

    static List<String> line(Path configuration, List<String> javaOptions) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Dzookeeper.preAllocSize=64",
                "-Dzookeeper.fsync.warningthresholdms=10000",
                "-Dlogback.configurationFile=" + logging(configuration.resolveSibling("logback.xml"))));
        line.addAll(javaOptions);
        line.addAll(List.of("-cp", classPath(), MAIN, configuration.toString()));
        return line;
    }

    private static Path logging(Path file) {
        try (InputStream in = Objects.requireNonNull(
                ZooKeeperCommand.class.getResourceAsStream("zookeeper-logback.xml"), "zookeeper-logback.xml")) {
            Files.write(file, in.readAllBytes());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String classPath() {
        Set<String> jars = new LinkedHashSet<>();
        for (String name : REQUIRED) {
            String jar = jarOf(name);
            if (jar == null) {
                throw new IllegalStateException("a ZooKeeper server needs " + name
                        + ", which is not on the class path: does something exclude a dependency of rollcall-servers?");
            }
            jars.add(jar);
        }
        for (String name : OPTIONAL) {
            String jar = jarOf(name);
            if (jar != null) {
                jars.add(jar);
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    /** The jar or folder that holds a class; null when there is none. */
    private static @Nullable String jarOf(String className) {
        String resource = className.replace('.', '/') + ".class";
        URL url = ZooKeeperCommand.class.getClassLoader().getResource(resource);
        if (url == null) {
            return null;
        }
        String text = url.toString();
        String root = text.substring(0, text.length() - resource.length());
        try {
            String location = root.startsWith("jar:") ? root.substring("jar:".length(), root.length() - 2) : root;
            return Path.of(new URI(location)).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("cannot run a server from " + url, e);
        }
    }

    private ZooKeeperCommand() {}
}
