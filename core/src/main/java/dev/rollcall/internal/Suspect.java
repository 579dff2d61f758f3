package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.health.IdentityProbe.Answer;
import dev.rollcall.spi.EventLoop;
import org.jspecify.annotations.Nullable;

/** One instance whose identity is checked, and what is known of it. Confined to the event loop. */
final class Suspect {
    private static final int MAX_UNANSWERED = 3;

    final Alarm next;
    private Instance instance;
    private boolean held;
    private Trust trust = Trust.UNKNOWN;
    private int unanswered;

    @Nullable
    TimedCall<Answer> call;

    /** Whether it is who it should be. */
    enum Trust {
        UNKNOWN,
        CONFIRMED,
        DENIED
    }

    Suspect(Instance instance, boolean held, EventLoop loop) {
        this.instance = instance;
        this.held = held;
        this.next = new Alarm(loop);
    }

    Instance instance() {
        return instance;
    }

    Trust trust() {
        return trust;
    }

    int unanswered() {
        return unanswered;
    }

    /** Takes note of what the store says now, and tells whether it has to be asked because of that. */
    boolean update(Instance now, boolean heldNow) {
        boolean moved = !now.endpoints().equals(instance.endpoints());
        boolean lost = heldNow && !held;
        instance = now;
        held = heldNow;
        if (moved) {
            trust = Trust.UNKNOWN;
            unanswered = 0;
            stop();
        }
        return moved || lost;
    }

    /** A trust that was earned outlives a few questions without an answer; a denial, until it is taken back. */
    void take(Answer answer) {
        switch (answer.verdict()) {
            case CONFIRMED -> {
                trust = Trust.CONFIRMED;
                unanswered = 0;
            }
            case DENIED -> {
                trust = Trust.DENIED;
                unanswered = 0;
            }
            case UNANSWERED -> {
                unanswered = Math.min(unanswered + 1, Integer.MAX_VALUE - 1);
                if (trust == Trust.CONFIRMED && unanswered >= MAX_UNANSWERED) {
                    trust = Trust.UNKNOWN;
                }
            }
        }
    }

    void stop() {
        next.stop();
        if (call != null) {
            call.cancel();
            call = null;
        }
    }
}
