package dev.rollcall.balance;

import dev.rollcall.Instance;

/**
 * A pick whose outcome is measured.
 *
 * <p>Design note: one is made for each pick, and none is ever used again: a recycled one could be reported by its
 * previous holder. It is small, final and never leaves the code that {@link TrackedSelector} inlines into its caller,
 * so that in hot code the compiler keeps it in registers (escape analysis) and a pick allocates nothing. Where the
 * caller hands it on, as asynchronous code does, or something that is not inlined may throw before it is closed, it
 * costs 32 bytes. So what a successful report does is kept small enough to be inlined, also where two threads meet: a
 * {@code LongAdder} that they contend for would be a call.
 */
final class TrackedPick implements Pick {
    private final Meter meter;
    private final TrackedNode node;
    private final long startNanos;
    private boolean ended;

    TrackedPick(Meter meter, TrackedNode node, long startNanos) {
        this.meter = meter;
        this.node = node;
        this.startNanos = startNanos;
    }

    @Override
    public Instance instance() {
        return node.instance();
    }

    @Override
    public void succeeded() {
        end(Outcome.SUCCEEDED);
    }

    @Override
    public void failed() {
        end(Outcome.FAILED);
    }

    @Override
    public void overloaded() {
        end(Outcome.OVERLOADED);
    }

    @Override
    public Pick again() {
        return meter.begin(node, startNanos);
    }

    @Override
    public void close() {
        end(Outcome.CANCELLED);
    }

    private void end(Outcome outcome) {
        if (!ended) {
            ended = true;
            meter.end(node.tracker(), startNanos, outcome);
        }
    }

    @Override
    public String toString() {
        return node.toString();
    }
}
