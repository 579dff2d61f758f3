package dev.rollcall.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcpProbeTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private final TcpProbe probe = TcpProbe.create();

    @Test
    void passesWhereSomethingListens() throws IOException {
        try (ServerSocket server = new ServerSocket(0)) {
            assertThat(probe.probe(HttpProbeTest.instance(server.getLocalPort()), PATIENT))
                    .isEqualTo(ProbeResult.passed("connecting to 127.0.0.1:" + server.getLocalPort() + ": accepted"));
        }
    }

    @Test
    void failsWhereNothingListens() {
        int port = HttpProbeTest.freePort();

        ProbeResult result = probe.probe(HttpProbeTest.instance(port), PATIENT);

        assertThat(result.passed()).isFalse();
        assertThat(result.detail())
                .startsWith("connecting to 127.0.0.1:" + port + ": ")
                .contains("refused");
    }

    @Test
    void failsAtTheTimeoutWhereNobodyAnswers() throws IOException {
        List<Socket> fillers = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Whom a full backlog does not accept gets no answer at all, as behind a firewall that drops.
            fill(full, fillers);
            assertThat(probe.probe(HttpProbeTest.instance(full.getLocalPort()), Duration.ofMillis(100))
                            .detail())
                    .endsWith("no answer within 100 ms");
        } finally {
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    @Test
    void failsForAnUnknownHostAndAPlaceOfItsOwnMayBeNamed() throws IOException {
        Instance unknown = Instance.of("orders", "tcp://no-such-host.invalid:80");
        assertThat(probe.probe(unknown, PATIENT).detail()).endsWith("unknown host");

        try (ServerSocket server = new ServerSocket(0)) {
            assertThat(probe.at(new Endpoint("tcp", "127.0.0.1", server.getLocalPort()))
                            .probe(unknown, PATIENT)
                            .passed())
                    .isTrue();
        }
    }

    private static void fill(ServerSocket full, List<Socket> fillers) throws IOException {
        while (true) {
            Socket filler = new Socket();
            fillers.add(filler);
            try {
                filler.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()), 100);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
    }
}
