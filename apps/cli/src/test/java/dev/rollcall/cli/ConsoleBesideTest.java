package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.testing.servers.TlsFiles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Consoles beside other commands have the options of {@code rollcall console}, and its rules. */
class ConsoleBesideTest {
    private static final String TOKEN = "a token of the test's own";

    @ParameterizedTest
    @ValueSource(strings = {"serve --port 0", "gateway --listen 127.0.0.1:0 --registry memory:"})
    void isProtectedAndLetsChangesThroughIfToldTo(String command, @TempDir Path directory) throws Exception {
        TlsFiles files = TlsFiles.generate(directory);
        List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
        arguments.addAll(List.of(
                "--console=0.0.0.0:0",
                "--allow-changes",
                "--console-tls-cert",
                files.serverCertificate().toString(),
                "--console-tls-key",
                files.serverKey().toString()));
        try (RollcallProcess process =
                RollcallProcess.start(Map.of(ConsoleAccess.TOKEN_VARIABLE, TOKEN), arguments.toArray(new String[0]))) {
            String page = process.awaitOut(line -> line.startsWith("  console "))
                    .replaceAll("^  console +", "")
                    .replace("0.0.0.0", "127.0.0.1");
            assertThat(page).startsWith("https://");
            HttpClient client =
                    HttpClient.newBuilder().sslContext(files.trusting()).build();
            HttpRequest.Builder ask = HttpRequest.newBuilder(
                            URI.create(page + "api/override?service=orders&id=a&status=draining"))
                    .header("X-Rollcall-Console", "1")
                    .POST(HttpRequest.BodyPublishers.noBody());
            assertThat(client.send(ask.build(), BodyHandlers.discarding()).statusCode())
                    .isEqualTo(401);

            HttpResponse<String> allowed =
                    client.send(ask.header("Authorization", "Bearer " + TOKEN).build(), BodyHandlers.ofString());

            assertThat(allowed.statusCode()).as(allowed.body()).isEqualTo(204);
            assertThat(process.awaitErr(line -> line.contains("asks of")))
                    .isEqualTo("rollcall: the console, from 127.0.0.1 asks of orders/a: DRAINING for 60 min");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gateway --listen 127.0.0.1:0 --registry memory: --console=0.0.0.0:0 | --token-file",
                "serve --port 0 --allow-changes | expected: --console beside",
                "demo --console=127.0.0.1:0 | expected: --stay beside",
                "serve --port 0 --console --console-tls-cert x | --console-tls-cert and --console-tls-key go together"
            })
    void whatWouldBeOpenOrUnseenIsRefused(String command, String why) {
        try (RollcallProcess process = RollcallProcess.start(command.split(" "))) {
            assertThat(process.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(process.err()).singleElement().asString().contains(why);
        }
    }
}
