package dev.rollcall.health.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.health.Identity;
import dev.rollcall.health.IdentityProbe.Answer;
import dev.rollcall.health.IdentityProbe.Verdict;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class GrpcIdentityProbeTest extends HealthServiceTest {
    @Test
    void aServerThatKnowsTheNameIsTheInstanceWhetherItServesOrNot() throws InterruptedException {
        health.setStatus(Identity.of(at(server, "orders")).healthServiceName(), ServingStatus.SERVING);
        assertThat(ask(at(server, "orders")).verdict()).isEqualTo(Verdict.CONFIRMED);

        health.enterTerminalState();
        assertThat(ask(at(server, "orders")).verdict()).isEqualTo(Verdict.CONFIRMED);
    }

    @Test
    void aReusedAddressIsAStrangers() throws InterruptedException {
        health.setStatus(Identity.of(at(server, "users")).healthServiceName(), ServingStatus.SERVING);

        Answer answer = ask(at(server, "orders"));

        assertThat(answer.verdict()).isEqualTo(Verdict.DENIED);
        assertThat(answer.detail()).contains("rollcall:orders/", "NOT_FOUND");
    }

    @Test
    void aServerThatCanNotSayIsAStranger() throws IOException, InterruptedException {
        Server bare = ServerBuilder.forPort(0).build().start();
        try {
            assertThat(ask(at(bare, "orders")).verdict()).isEqualTo(Verdict.DENIED);
        } finally {
            bare.shutdownNow().awaitTermination();
        }
    }

    @Test
    void aServerThatIsGoneHasNotAnswered() throws InterruptedException {
        Instance gone = at(server, "orders");
        server.shutdownNow().awaitTermination();

        assertThat(ask(gone).verdict()).isEqualTo(Verdict.UNANSWERED);
    }

    private static Instance at(Server server, String service) {
        return Instance.of(service, "grpc://127.0.0.1:" + server.getPort());
    }

    private static Answer ask(Instance expected) throws InterruptedException {
        return GrpcIdentityProbe.create().ask(expected, PATIENT);
    }
}
