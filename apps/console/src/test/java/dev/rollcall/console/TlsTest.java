package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Rollcall;
import dev.rollcall.testing.servers.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

    @Test
    void listensWithACertificateIfItIsGivenOne(@TempDir Path directory) throws Exception {
        TlsFiles files = TlsFiles.generate(directory);
        try (Rollcall rollcall = Rollcall.connect("memory:" + UUID.randomUUID());
                Console console = Console.builder(rollcall)
                        .listen("127.0.0.1", 0)
                        .tls(files.serverCertificate(), files.serverKey())
                        .start()) {
            assertThat(console.uri()).startsWith("https://127.0.0.1:");
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(trusting(files.authority()))
                    .build();
            HttpRequest page = HttpRequest.newBuilder(URI.create(console.uri())).build();
            assertThat(client.send(page, BodyHandlers.ofString()).body()).contains("<title>Rollcall</title>");
        }
    }

    @Test
    void aFileThatIsMissingIsNamed() {
        try (Rollcall rollcall = Rollcall.connect("memory:" + UUID.randomUUID())) {
            assertThatThrownBy(() ->
                            Console.builder(rollcall).tls(Path.of("/nowhere/cert.pem"), Path.of("/nowhere/key.pem")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("/nowhere/cert.pem");
        }
    }

    private static SSLContext trusting(Path authority) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
