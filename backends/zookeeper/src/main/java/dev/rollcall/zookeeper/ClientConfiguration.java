package dev.rollcall.zookeeper;

import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a ZooKeeper client is told besides its servers, for this client alone and not through system properties.
 *
 * <p>ZooKeeper reads a client's certificate and key from one PEM file. Where the URI names two, they are joined in a temporary one that only this
 * user may read, which {@link #close} deletes.
 */
final class ClientConfiguration implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClientConfiguration.class);

    /** Longest answer accepted: the names of some millions of instances. ZooKeeper's default, 1 MiB, ends at some thirty thousand. */
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private static final String PEM = "PEM";

    private final ZKClientConfig configuration;
    private final @Nullable Path joined;

    /** @throws IllegalArgumentException if a file that the URI names can't be read */
    ClientConfiguration(StoreUri uri) {
        boolean jaas = System.getProperty("java.security.auth.login.config") != null;
        configuration = uri.tls() || jaas ? new ZKClientConfig() : new PlainConfiguration();
        configuration.setProperty(ZKClientConfig.JUTE_MAXBUFFER, Integer.toString(MAX_ANSWER_BYTES));
        configuration.setProperty(ZKClientConfig.DISABLE_AUTO_WATCH_RESET, "false");
        if (!jaas) {
            // it could only fail, after a reverse look-up of each server's name
            configuration.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        }
        joined = uri.tls() ? secure(uri) : null;
    }

    ZKClientConfig configuration() {
        return configuration;
    }

    @Override
    public void close() {
        if (joined != null) {
            try {
                Files.deleteIfExists(joined);
            } catch (IOException e) {
                log.warn("{} holds a private key and can't be deleted; delete it by hand", joined, e);
            }
        }
    }

    private @Nullable Path secure(StoreUri uri) {
        configuration.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        configuration.setProperty(
                ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        try (ClientX509Util names = new ClientX509Util()) {
            uri.trustedAuthorities().ifPresent(file -> {
                configuration.setProperty(names.getSslTruststoreLocationProperty(), readable("ca", file));
                configuration.setProperty(names.getSslTruststoreTypeProperty(), PEM);
            });
            Optional<Path> certificate = uri.clientCertificate();
            Optional<Path> key = uri.clientKey();
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException(
                        "registry: " + uri + " names one of cert and key (expected: both, or neither)");
            }
            if (certificate.isEmpty() || key.isEmpty()) {
                return null;
            }
            readable("cert", certificate.get());
            readable("key", key.get());
            Path both = certificate.get().equals(key.get()) ? null : join(certificate.get(), key.get());
            configuration.setProperty(
                    names.getSslKeystoreLocationProperty(),
                    (both == null ? key.get() : both).toAbsolutePath().toString());
            configuration.setProperty(names.getSslKeystoreTypeProperty(), PEM);
            return both;
        }
    }

    private static String readable(String parameter, Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(
                    "registry parameter " + parameter + ": " + file + " can't be read (expected: a PEM file)");
        }
        return file.toAbsolutePath().toString();
    }

    private static Path join(Path certificate, Path key) {
        FileAttribute<?>[] private_ =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try {
            Path joined = Files.createTempFile("rollcall-", ".pem", private_);
            joined.toFile().deleteOnExit();
            return Files.writeString(joined, Files.readString(key) + "\n" + Files.readString(certificate));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "registry parameters cert and key: " + certificate + " and " + key
                            + " can't be joined in one temporary file, which ZooKeeper's client needs: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Doesn't look through the system properties of TLS and SASL, which takes 200 ms of a process's start, where neither is used. */
    private static final class PlainConfiguration extends ZKClientConfig {
        @Override
        protected void handleBackwardCompatibility() {
            // nothing to be compatible with
        }
    }
}
