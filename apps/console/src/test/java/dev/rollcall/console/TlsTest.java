package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Rollcall;
import dev.rollcall.testing.servers.TlsFiles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.UUID;
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
            HttpClient client =
                    HttpClient.newBuilder().sslContext(files.trusting()).build();
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
}
