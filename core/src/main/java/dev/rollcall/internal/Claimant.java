package dev.rollcall.internal;

import static java.util.Objects.requireNonNull;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Claim;
import dev.rollcall.spi.ClaimListener;
import dev.rollcall.spi.ClaimStore;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody of this client who wants what one at a time may have, until it is closed: claims it when it is its turn in the client's own line, again after each
 * loss, and knows by the clock how long to believe that it has it. Confined to the event loop, but for what says otherwise.
 *
 * <p>One claim at a time: the next begins when the store has confirmed that the one before is gone, so that what arrives late can't hit it.
 */
final class Claimant {
    private static final Logger log = LoggerFactory.getLogger(Claimant.class);

    private final String name;
    private final String data;
    private final ClaimStore store;
    private final ClaimLines lines;
    private final Coordination.Tools tools;
    private final Runnable onChange;
    private final Alarm confirmation;
    private final Alarm retry;
    private final Outcome closed = new Outcome();

    private final AtomicInteger renounced = new AtomicInteger();
    private volatile @Nullable Term term;
    private @Nullable Attempt attempt;
    private @Nullable Outcome resigned;
    private @Nullable StoreException cause;
    private boolean open = true;
    private boolean hasTurn;
    private boolean pausing;
    private boolean held;
    private boolean behindOthers;
    private int failures;
    private int releaseFailures;

    /** A claim that the store has said to be the first. */
    private record Term(Claim claim, long token) {}

    /**
     * Wants nothing before {@link ClaimLines#join}.
     *
     * @param name in the store
     * @param onChange is called on the loop when something of this may have changed
     */
    Claimant(
            String name, String data, ClaimStore store, ClaimLines lines, Coordination.Tools tools, Runnable onChange) {
        this.name = name;
        this.data = data;
        this.store = store;
        this.lines = lines;
        this.tools = tools;
        this.onChange = onChange;
        this.confirmation = new Alarm(tools.loop());
        this.retry = new Alarm(tools.loop());
    }

    String name() {
        return name;
    }

    /** Its token, while the store can't have given it to another. From any thread. */
    OptionalLong token() {
        Term now = term;
        return now != null && renounced.get() == 0 && left(now) > 0 ? OptionalLong.of(now.token) : OptionalLong.empty();
    }

    private long left(Term now) {
        return now.claim.confirmedUntilNanos()
                - tools.margin().toNanos()
                - tools.loop().nanoTime();
    }

    /** Whether it had it when it last looked. */
    boolean isHeld() {
        return held;
    }

    /** Whether somebody else is known to have it. */
    boolean isBehindOthers() {
        return behindOthers;
    }

    /** What stands in the way; null if nothing does. */
    @Nullable
    StoreException cause() {
        return cause;
    }

    /** Completes on the loop when it is closed and its claim gone. */
    Outcome closed() {
        return closed;
    }

    boolean isOpen() {
        return open;
    }

    /** It is the first in the client's own line now. */
    void takeTurn() {
        hasTurn = true;
        begin();
    }

    /** Others of this client have it or are before. */
    void awaitTurn() {
        hasTurn = false;
        behindOthers = true;
        onChange.run();
    }

    private void begin() {
        if (open && hasTurn && attempt == null && !pausing) {
            Attempt next = new Attempt();
            attempt = next;
            next.claim = store.claim(name, data, next);
        }
    }

    /** Doesn't want it any more, so that it hasn't got it from now on, whatever is on its way to the loop; {@link #close} follows. From any thread. */
    void renounce() {
        renounced.incrementAndGet();
    }

    /** Gives it up, if it has it, and goes to the end of the line; from any thread. Completes on the loop. */
    Outcome resign() {
        Outcome outcome = new Outcome();
        renounce();
        tools.loop().execute(() -> {
            renounced.decrementAndGet();
            Attempt current = attempt;
            if (resigned != null) {
                var unused = resigned.whenComplete((nothing, failure) -> outcome.succeed());
            } else if (current == null || !current.first || current.releasing) {
                outcome.succeed();
            } else {
                resigned = outcome;
                let(null);
                release(current);
            }
        });
        return outcome;
    }

    /** Gives it up and wants it no more. */
    void close() {
        if (!open) {
            return;
        }
        open = false;
        Attempt current = attempt;
        let(null);
        if (current == null) {
            finish();
        } else if (!current.releasing) {
            release(current);
        }
    }

    /** The store's client is closed, and with it its lease or session. */
    void abandon() {
        open = false;
        attempt = null;
        let(null);
        finish();
    }

    private void let(@Nullable StoreException why) {
        term = null;
        confirmation.stop();
        cause = why;
        held = false;
        behindOthers = false;
        onChange.run();
    }

    private void release(Attempt current) {
        current.releasing = true;
        var unused = requireNonNull(current.claim)
                .release()
                .whenComplete((nothing, failure) -> tools.loop().execute(() -> released(current, failure)));
    }

    private void released(Attempt current, @Nullable Throwable failure) {
        if (attempt != current) {
            return;
        }
        StoreException why = failure == null ? null : Registrar.storeException(failure);
        if (why != null && why.kind() != Kind.CLOSED) {
            if (releaseFailures++ == 0) {
                log.warn(
                        "{}: {}. It is tried again with growing pauses; at the latest it goes with its lease",
                        name,
                        why.getMessage());
            }
            cause = why;
            retry.set(tools.pause(releaseFailures), () -> release(current));
            return;
        }
        releaseFailures = 0;
        attempt = null;
        Outcome told = resigned;
        resigned = null;
        if (told != null) {
            told.succeed();
        }
        if (!open) {
            finish();
        } else if (told != null) {
            lines.toTheEnd(this);
        } else {
            pausing = true;
            retry.set(tools.pause(Math.max(1, failures)), () -> {
                pausing = false;
                begin();
            });
        }
    }

    private void finish() {
        if (!closed.isDone()) {
            retry.stop();
            if (resigned != null) {
                resigned.succeed();
                resigned = null;
            }
            lines.leave(this);
            closed.succeed();
        }
    }

    private void look() {
        Term now = term;
        if (now == null) {
            return;
        }
        long left = left(now);
        if (left > 0) {
            held = true;
            behindOthers = false;
            cause = null;
            confirmation.set(Duration.ofNanos(left), this::look);
        } else {
            if (held && cause == null) {
                cause = new StoreException(
                        Kind.TIMEOUT,
                        name + ": the lease or session was not confirmed in time, so that another may be about to get"
                                + " it; ours counts again as soon as the store confirms it");
            }
            held = false;
            // Confirmed late is confirmed: as long as the claim isn't lost, nobody else had it.
            confirmation.set(tools.margin(), this::look);
        }
        onChange.run();
    }

    /** One claim, and what the store says of it. */
    private final class Attempt implements ClaimListener {
        @Nullable
        Claim claim;

        boolean first;
        boolean releasing;

        @Override
        public void waiting() {
            tell(() -> {
                failures = 0;
                behindOthers = true;
                cause = null;
                onChange.run();
            });
        }

        @Override
        public void held(long token) {
            tell(() -> {
                failures = 0;
                first = true;
                term = new Term(requireNonNull(claim), token);
                look();
            });
        }

        @Override
        public void interrupted(StoreException why) {
            tell(() -> {
                cause = why;
                if (term == null) {
                    onChange.run();
                } else {
                    look();
                }
            });
        }

        @Override
        public void lost(StoreException why) {
            tell(() -> {
                if (failures++ == 0) {
                    log.warn("{}: {}. It is claimed again, for ever", name, why.getMessage());
                }
                let(why);
                if (attempt == this && !releasing) { // unless that has closed it
                    release(this);
                }
            });
        }

        private void tell(Runnable news) {
            tools.loop().execute(() -> {
                if (attempt == this && !releasing) {
                    news.run();
                }
            });
        }
    }
}
