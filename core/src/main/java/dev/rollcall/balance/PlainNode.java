package dev.rollcall.balance;

import dev.rollcall.Instance;

/**
 * A node of which nothing is measured. It is also the pick itself, which is why plain picks allocate nothing and need no
 * state of their own.
 */
sealed class PlainNode extends Node implements Pick permits PlainNode.Held {

    PlainNode(Instance instance) {
        super(instance);
    }

    @Override
    public boolean held() {
        return false;
    }

    @Override
    final float burden() {
        return burden(instance());
    }

    @Override
    final Tracker tracker() {
        return Tracker.NONE;
    }

    @Override
    public final void succeeded() {}

    @Override
    public final void failed() {}

    @Override
    public final void overloaded() {}

    @Override
    public final Pick again() {
        return this;
    }

    @Override
    public final void close() {}

    /** One that the store no longer has. A class of its own, as a field would take another eight bytes. */
    static final class Held extends PlainNode {
        Held(Instance instance) {
            super(instance);
        }

        @Override
        public boolean held() {
            return true;
        }
    }
}
