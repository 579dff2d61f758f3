package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Snapshot;
import dev.rollcall.balance.Explanation.Standing;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Pick;
import dev.rollcall.balance.Selector;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stream's end tells the balancer, in virtual time. */
class OutcomeTracerTest {
    private final AtomicLong nanos = new AtomicLong(1);
    private final Snapshot snapshot = Snapshot.of("orders", List.of(Instance.of("orders", "grpc://a:1")), Set.of());
    private final Selector selector = Selector.of(() -> snapshot, LoadBalancer.peakEwma(), nanos::get);

    private Standing standing() {
        return selector.explain().considered().get(0);
    }

    private ClientStreamTracer.Factory choose(boolean untilHeaders) {
        Pick pick = selector.pick();
        pick.close();
        return new OutcomeTracer.Factory(pick, untilHeaders);
    }

    private static ClientStreamTracer begin(ClientStreamTracer.Factory chosen) {
        StreamInfo info =
                StreamInfo.newBuilder().setCallOptions(CallOptions.DEFAULT).build();
        return chosen.newClientStreamTracer(info, new Metadata());
    }

    @Test
    void aChoiceWithoutAStreamIsNoWork() {
        choose(false);
        assertThat(standing().inFlight()).isZero();
    }

    @Test
    void aStreamIsWorkUntilItIsClosed() {
        ClientStreamTracer stream = begin(choose(false));
        assertThat(standing().inFlight()).isEqualTo(1);
        nanos.addAndGet(Duration.ofMillis(7).toNanos());
        stream.inboundHeaders();
        assertThat(standing().inFlight()).isEqualTo(1);
        stream.streamClosed(Status.OK);
        assertThat(standing().inFlight()).isZero();
        assertThat(standing().latency()).isBetween(Duration.ofMillis(6), Duration.ofMillis(8));
    }

    @Test
    void aLongStreamsLatencyIsTheTimeToItsHeaders() {
        ClientStreamTracer stream = begin(choose(true));
        nanos.addAndGet(Duration.ofMillis(7).toNanos());
        stream.inboundHeaders();
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        stream.streamClosed(Status.UNAVAILABLE);
        assertThat(standing().inFlight()).isZero();
        assertThat(standing().latency()).isLessThan(Duration.ofMillis(8));
        assertThat(standing().failureShare()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Status.Code.class)
    void whatAStatusMeans(Status.Code code) {
        begin(choose(false)).streamClosed(code.toStatus());
        double expected = switch (code) {
            case RESOURCE_EXHAUSTED, UNAVAILABLE -> 0.5;
            case UNKNOWN, INTERNAL, DATA_LOSS, UNIMPLEMENTED, DEADLINE_EXCEEDED -> 0.2;
            default -> 0;
        };
        assertThat(standing().failureShare()).isEqualTo((float) expected);
        assertThat(standing().inFlight()).isZero();
    }
}
