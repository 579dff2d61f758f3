package dev.rollcall.grpc;

import dev.rollcall.balance.Pick;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;

/** Reports how a stream went to the pick that it was made by. gRPC calls it in one serial order. */
final class OutcomeTracer extends ClientStreamTracer {
    private final Pick work;
    private final boolean untilHeaders;

    private OutcomeTracer(Pick work, boolean untilHeaders) {
        this.work = work;
        this.untilHeaders = untilHeaders;
    }

    /** Begins the work when there is a stream to do it on. */
    static final class Factory extends ClientStreamTracer.Factory {
        private final Pick pick;
        private final boolean untilHeaders;

        /**
         * @param pick the choice, closed already
         * @param untilHeaders whether response headers end the work, so that its latency is no stream's whole life
         */
        Factory(Pick pick, boolean untilHeaders) {
            this.pick = pick;
            this.untilHeaders = untilHeaders;
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
            return new OutcomeTracer(pick.again(), untilHeaders);
        }
    }

    @Override
    public void inboundHeaders() {
        if (untilHeaders) {
            work.succeeded();
        }
    }

    @Override
    public void streamClosed(Status status) {
        switch (status.getCode()) {
            case RESOURCE_EXHAUSTED, UNAVAILABLE -> work.overloaded();
            case UNKNOWN, INTERNAL, DATA_LOSS, UNIMPLEMENTED, DEADLINE_EXCEEDED -> work.failed();
            case CANCELLED -> work.close();
            // The server did its part; what was asked of it could not be done.
            default -> work.succeeded();
        }
    }
}
