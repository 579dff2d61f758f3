package dev.rollcall.testing.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate authority made for one test, with a server's and a client's certificate signed by it, as PEM files.
 * The keys are elliptic (P-256, PKCS #8) without a password, the certificates good for two days.
 *
 * @param authority the certificate to trust
 * @param serverCertificate for {@code localhost} and {@code 127.0.0.1}
 * @param serverKey the key to it
 * @param clientCertificate with the common name {@value #CLIENT_NAME}
 * @param clientKey the key to it
 */
public record TlsFiles(Path authority, Path serverCertificate, Path serverKey, Path clientCertificate, Path clientKey) {

    /** The common name of the client's certificate: who it is to etcd, when no password is given. */
    public static final String CLIENT_NAME = "rollcall-client";

    private static final String PASSWORD = "rollcall";

    /**
     * Makes an authority and its certificates with the JDK's keytool.
     *
     * @param directory where the files go; it is made when absent, and must not hold an earlier set
     */
    public static TlsFiles generate(Path directory) {
        Directories.create(directory);
        Path store = directory.resolve("all.p12");
        keytool(store, "ca", "CN=Rollcall test authority", List.of("-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign"));
        // etcd dials itself with its server certificate, so that has to be good for a client as well
        keytool(store, "server", "CN=localhost", signedFor("serverAuth,clientAuth"));
        keytool(store, "client", "CN=" + CLIENT_NAME, signedFor("clientAuth"));
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore entries = KeyStore.getInstance("PKCS12");
            entries.load(in, PASSWORD.toCharArray());
            return new TlsFiles(
                    writeCertificate(entries, "ca", directory),
                    writeCertificate(entries, "server", directory),
                    writeKey(entries, "server", directory),
                    writeCertificate(entries, "client", directory),
                    writeKey(entries, "client", directory));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot export certificates from " + store, e);
        }
    }

    /** For a client that trusts the authority, and has no certificate itself. */
    public SSLContext trusting() {
        try (InputStream in = Files.newInputStream(authority)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot trust " + authority, e);
        }
    }

    private static List<String> signedFor(String purposes) {
        return List.of(
                "-signer", "ca",
                "-ext", "san=dns:localhost,ip:127.0.0.1",
                "-ext", "ku:c=digitalSignature",
                "-ext", "eku=" + purposes);
    }

    private static void keytool(Path store, String alias, String name, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                alias,
                "-dname",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2"));
        command.addAll(more);
        Command.run("keytool for " + alias, command);
    }

    private static Path writeCertificate(KeyStore entries, String alias, Path directory)
            throws IOException, GeneralSecurityException {
        return write(
                directory.resolve(alias + ".pem"),
                "CERTIFICATE",
                entries.getCertificate(alias).getEncoded());
    }

    private static Path writeKey(KeyStore entries, String alias, Path directory)
            throws IOException, GeneralSecurityException {
        return write(
                directory.resolve(alias + "-key.pem"),
                "PRIVATE KEY",
                entries.getKey(alias, PASSWORD.toCharArray()).getEncoded());
    }

    private static Path write(Path file, String type, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                file,
                "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
