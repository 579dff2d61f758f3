package dev.rollcall.cli;

import dev.rollcall.spi.Finding;
import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Shakes hands by TLS, and says in words why it came to nothing. */
final class TlsProbe {
    private static final Duration SOON = Duration.ofDays(14);

    private TlsProbe() {}

    /** Whether somebody speaks TLS at an address where the URI has none. */
    static boolean speaksTls(AddressProbe probe) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            try (SSLSocket socket = secure(context, probe)) {
                socket.startHandshake();
                return true;
            }
        } catch (SSLHandshakeException e) {
            // a certificate that we don't trust, or one of ours that is missing: TLS all the same; others just hang up
            return e.getCause() instanceof CertificateException
                    || String.valueOf(e.getMessage()).startsWith("Received fatal alert");
        } catch (IOException | GeneralSecurityException e) {
            return false;
        }
    }

    /** How secure connections to a member are, as far as the server's certificate goes. */
    static Finding examine(AddressProbe probe, StoreUri uri) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusted(uri.trustedAuthorities()), null);
            try (SSLSocket socket = secure(context, probe)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                return validity((X509Certificate) socket.getSession().getPeerCertificates()[0]);
            }
        } catch (SSLException e) {
            return failure(e, probe, uri);
        } catch (IOException e) {
            return Finding.fail(
                    "tls",
                    "the connection ended during the handshake: " + e.getMessage(),
                    "see the server's log, and whether it speaks TLS there");
        } catch (GeneralSecurityException e) {
            return Finding.fail("tls", "ca can't be used: " + e.getMessage(), "give a PEM file with certificates");
        }
    }

    private static SSLSocket secure(SSLContext context, AddressProbe probe) throws IOException {
        Socket plain = probe.connect();
        return (SSLSocket) context.getSocketFactory().createSocket(plain, probe.host(), probe.port(), true);
    }

    private static TrustManager @Nullable [] trusted(Optional<Path> authorities)
            throws GeneralSecurityException, IOException {
        if (authorities.isEmpty()) {
            return null; // the platform's
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(authorities.get())) {
            int count = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + count++, authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static Finding validity(X509Certificate certificate) {
        Instant end = certificate.getNotAfter().toInstant();
        String text = "trusted, valid until " + end;
        return Duration.between(Instant.now(), end).compareTo(SOON) > 0
                ? Finding.ok("tls", text)
                : Finding.warn("tls", text, "renew the server's certificate soon");
    }

    private static Finding failure(SSLException failure, AddressProbe probe, StoreUri uri) {
        String message = String.valueOf(failure.getMessage());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return Finding.fail(
                        "tls",
                        "the server's certificate is not valid now: " + cause.getMessage(),
                        "renew it; if it is good, set this machine's clock");
            }
        }
        if (message.contains("Unsupported or unrecognized SSL message")) {
            return Finding.fail(
                    "tls", "it speaks no TLS", "use " + uri.scheme() + "://, or switch TLS on at the server");
        }
        if (message.contains("No subject alternative") || message.contains("No name matching")) {
            return Finding.fail(
                    "tls",
                    "the server's certificate is not made out to " + probe.host(),
                    "use the name that it is made out to, or add this one to its subject alternative names");
        }
        if (message.contains("certification path") || message.contains("trustAnchors")) {
            return Finding.fail(
                    "tls",
                    "the server's certificate is signed by nobody whom we trust",
                    uri.trustedAuthorities().isEmpty()
                            ? "name its authority: ?ca=/path/ca.pem"
                            : "see whether " + uri.trustedAuthorities().get() + " is the authority that signed it");
        }
        return Finding.fail(
                "tls",
                "no handshake: " + message,
                "use " + uri.scheme() + ":// if it speaks no TLS; otherwise see the server's log");
    }
}
