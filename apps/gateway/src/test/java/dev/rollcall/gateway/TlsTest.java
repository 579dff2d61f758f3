package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.testing.servers.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS on both sides: a gateway before another one, which is an https instance to it. */
class TlsTest extends GatewayFixture {
    @TempDir
    private Path directory;

    private TlsFiles files;

    @BeforeEach
    void certificates() {
        files = TlsFiles.generate(directory.resolve("tls"));
    }

    @Test
    void http2AndHttp1OverTlsReachAnHttpsInstance() throws Exception {
        backend("orders", Backend.text("done"));
        Gateway inner = gateway(options -> options.tls(files.serverCertificate(), files.serverKey()));
        registered("inner", inner);
        Gateway outer = gateway(options ->
                options.tls(files.serverCertificate(), files.serverKey()).upstreamCertificates(files.authority()));

        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpResponse<String> response = get(outer, version);

            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("done");
            assertThat(response.version()).isEqualTo(version);
        }
    }

    @Test
    void anInstanceWhoseCertificateIsNotTrustedIsNotAsked() throws Exception {
        Backend orders = backend("orders", Backend.text("done"));
        Gateway inner = gateway(options -> options.tls(files.serverCertificate(), files.serverKey()));
        registered("inner", inner);
        Gateway outer = gateway(options -> options.tls(files.serverCertificate(), files.serverKey()));

        HttpResponse<String> response = get(outer, HttpClient.Version.HTTP_2);

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("connect_failed");
        assertThat(orders.asked).isEmpty();
    }

    private void registered(String service, Gateway gateway) throws InterruptedException {
        rollcall.register(Instance.of(
                        service, "https://127.0.0.1:" + gateway.address().getPort()))
                .awaitRegistered(Duration.ofSeconds(5));
    }

    private HttpResponse<String> get(Gateway gateway, HttpClient.Version version)
            throws IOException, InterruptedException, GeneralSecurityException {
        HttpClient client = HttpClient.newBuilder()
                .version(version)
                .sslContext(files.trusting())
                .build();
        return client.send(
                HttpRequest.newBuilder(URI.create(
                                "https://127.0.0.1:" + gateway.address().getPort() + "/inner/orders/1"))
                        .timeout(LIMIT)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
