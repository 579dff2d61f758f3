package dev.rollcall.consul;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes a TLS context of PEM files: authorities to trust, and the client's certificate with its PKCS#8 key. Stateless. */
final class ClientTls {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = {};

    private ClientTls() {}

    /** @throws IllegalArgumentException if a file doesn't hold what it should; the message names it */
    static SSLContext context(ConsulSettings settings) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(settings), trustManagers(settings), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "registry: " + settings + ": its certificates can't be used: " + e.getMessage()
                            + " (expected: PEM files, the key PKCS#8)",
                    e);
        }
    }

    private static TrustManager @Nullable [] trustManagers(ConsulSettings settings)
            throws GeneralSecurityException, IOException {
        if (settings.authorities().isEmpty()) {
            return null; // the platform's
        }
        KeyStore trusted = emptyStore();
        int count = 0;
        for (Certificate authority : certificates(settings.authorities().get())) {
            trusted.setCertificateEntry("authority-" + count++, authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private static KeyManager @Nullable [] keyManagers(ConsulSettings settings)
            throws GeneralSecurityException, IOException {
        if (settings.certificate().isEmpty()) {
            return null;
        }
        ConsulSettings.Certificate own = settings.certificate().get();
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "client",
                privateKey(own.key()),
                NO_PASSWORD,
                certificates(own.chain()).toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path pem)
            throws GeneralSecurityException, IOException {
        Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(pem)));
        if (found.isEmpty()) {
            throw new GeneralSecurityException(pem + " holds no certificate");
        }
        return found;
    }

    private static PrivateKey privateKey(Path pem) throws GeneralSecurityException, IOException {
        Matcher key = PRIVATE_KEY.matcher(Files.readString(pem, StandardCharsets.US_ASCII));
        if (!key.find()) {
            throw new GeneralSecurityException(pem + " holds no PKCS#8 private key");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException another) {
                // the next algorithm may be the key's
            }
        }
        throw new GeneralSecurityException(pem + " holds a key that is neither RSA nor EC nor Ed25519");
    }
}
