package dev.rollcall.gateway;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A gateway's options, checked; see {@link Gateway.Builder} for each. Immutable. */
record Settings(
        InetSocketAddress listen,
        Optional<InetSocketAddress> metrics,
        int eventLoops,
        Optional<Tls> tls,
        Optional<Path> upstreamCertificates,
        Policy policy,
        Duration connectTimeout,
        Duration idleTimeout,
        Duration headTimeout,
        Duration registryWait,
        int maxHeaderBytes,
        long maxBodyBytes,
        boolean trustForwarded,
        String rulesKey,
        Consumer<String> rulesListener,
        Optional<Consumer<String>> accessLog) {

    /**
     * PEM files.
     *
     * @param certificates the server's certificate, then those in between
     * @param key its private key, PKCS#8
     */
    record Tls(Path certificates, Path key) {}
}
