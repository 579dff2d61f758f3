package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;
import dev.rollcall.Subscription;
import dev.rollcall.health.IdentityCheck;
import dev.rollcall.health.IdentityCheck.Fallback;
import dev.rollcall.health.IdentityProbe.Answer;
import dev.rollcall.health.IdentityProbe.Verdict;
import dev.rollcall.internal.Suspect.Trust;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service as its watch has it, with instances that have not proved who they are out of service. Questions run on threads of
 * their own, a bounded number at a time; everything else is confined to the event loop.
 */
final class VerifiedService implements Followed {
    private static final Logger log = LoggerFactory.getLogger(VerifiedService.class);

    /** Answers that come close together make one snapshot, as each costs time linear in the number of instances. */
    private static final Duration PUBLISH_PAUSE = Duration.ofMillis(5);

    private static final Duration LENIENCE = Duration.ofMillis(100);

    private static final Answer UNANSWERED = new Answer(Verdict.UNANSWERED, "no answer in time");

    private final Followed base;
    private final IdentityCheck check;
    private final EventLoop loop;
    private final Executor threads;
    private final RandomGenerator random;
    private final Observed<Reading<Snapshot>> reading;
    private final Map<String, Suspect> suspects = new HashMap<>();
    private final Set<Suspect> waiting = new LinkedHashSet<>();
    private final Alarm publishing;
    private int asking;
    private boolean publishDue;
    private boolean stalled;
    private volatile Snapshot snapshot;
    private volatile boolean closed;
    private @Nullable Subscription following;

    VerifiedService(Followed base, IdentityCheck check, EventLoop loop, Executor threads, RandomGenerator random) {
        this.base = base;
        this.check = check;
        this.loop = loop;
        this.threads = threads;
        this.random = random;
        this.publishing = new Alarm(loop);
        this.reading = new Observed<>(new Reading.Pending<>(loop.now(), null));
        this.snapshot = Snapshot.of(base.snapshot().service(), List.of(), Set.of());
    }

    void start() {
        following = base.reading().listen(loop, now -> follow());
    }

    void close() {
        closed = true;
        if (following != null) {
            following.close();
        }
        loop.execute(() -> {
            publishing.stop();
            waiting.clear();
            suspects.values().forEach(Suspect::stop);
            suspects.clear();
        });
        reading.end();
    }

    @Override
    public Observed<Reading<Snapshot>> reading() {
        return reading;
    }

    @Override
    public Snapshot snapshot() {
        return snapshot;
    }

    @Override
    public long undecodable() {
        return base.undecodable();
    }

    @Override
    public DepartureLog recordDepartures() {
        return base.recordDepartures();
    }

    private void follow() {
        if (closed) {
            return;
        }
        Snapshot known = base.reading().value().value().orElse(null);
        if (known != null) {
            meet(known);
        }
        publish();
    }

    private void meet(Snapshot known) {
        suspects.values().removeIf(suspect -> {
            boolean gone = known.find(suspect.instance().id())
                    .filter(instance -> instance.status() == Status.UP)
                    .isEmpty();
            if (gone) {
                forget(suspect);
            }
            return gone;
        });
        for (Instance instance : known.instances()) {
            if (instance.status() == Status.UP) {
                boolean held = known.held().contains(instance.id());
                Suspect suspect = suspects.get(instance.id());
                if (suspect == null) {
                    suspect = new Suspect(instance, held, loop);
                    suspects.put(instance.id(), suspect);
                    ask(suspect);
                } else {
                    boolean asked = suspect.call != null;
                    boolean again = suspect.update(instance, held);
                    asking -= asked && suspect.call == null ? 1 : 0;
                    if (again) {
                        ask(suspect);
                    }
                }
            }
        }
        pump();
    }

    private void forget(Suspect suspect) {
        waiting.remove(suspect);
        asking -= suspect.call == null ? 0 : 1;
        suspect.stop();
    }

    private void ask(Suspect suspect) {
        TimedCall<Answer> running = suspect.call;
        if (running == null) {
            waiting.add(suspect);
            pump();
        } else if (running.isOverdue()) {
            // Nobody can be asked while the probe ignores its timeout, but a trust must not outlive that for ever.
            judge(suspect, UNANSWERED);
            askLater(suspect, jittered(check.recheck()));
        }
    }

    private void askLater(Suspect suspect, Duration pause) {
        suspect.next.set(pause, () -> ask(suspect));
    }

    private void pump() {
        while (!closed && asking < check.maxAtOnce() && !waiting.isEmpty()) {
            Suspect suspect = waiting.iterator().next();
            waiting.remove(suspect);
            suspect.next.stop();
            Instance instance = suspect.instance();
            TimedCall<Answer> call = new TimedCall<>(
                    loop,
                    check.recheck(),
                    check.timeout().plus(LENIENCE),
                    () -> check.probe().ask(instance, check.timeout()),
                    new Answers(suspect));
            suspect.call = call;
            asking++;
            try {
                call.start(threads);
            } catch (RejectedExecutionException e) {
                log.warn("the executor of checks refuses tasks; {} is verified no more", instance.service(), e);
                close();
            }
        }
    }

    private void judge(Suspect suspect, Answer answer) {
        Trust before = suspect.trust();
        suspect.take(answer);
        Trust now = suspect.trust();
        if (now == before) {
            return;
        }
        String name = suspect.instance().service() + "/" + suspect.instance().id();
        if (now == Trust.DENIED) {
            log.warn("{} is not at its address, and is not chosen: {}. Asked again later", name, answer.detail());
        } else if (now == Trust.UNKNOWN || before == Trust.DENIED) {
            log.info("{} is {} now: {}", name, now, answer.detail());
        }
        publishSoon();
    }

    private Duration jittered(Duration longest) {
        long nanos = longest.toNanos();
        return Duration.ofNanos(nanos - random.nextLong(nanos / 2));
    }

    private void publishSoon() {
        if (!publishDue) {
            publishDue = true;
            publishing.set(PUBLISH_PAUSE, this::publish);
        }
    }

    private void publish() {
        publishing.stop();
        publishDue = false;
        Reading<Snapshot> now = base.reading().value();
        if (now instanceof Reading.Fresh<Snapshot> fresh) {
            snapshot = judged(fresh.known());
            reading.set(new Reading.Fresh<>(snapshot, fresh.revision()));
        } else if (now instanceof Reading.Stale<Snapshot> stale) {
            snapshot = judged(stale.known());
            reading.set(new Reading.Stale<>(snapshot, stale.revision(), stale.since(), stale.cause()));
        } else {
            reading.set(now);
        }
    }

    private Snapshot judged(Snapshot known) {
        boolean lastResort = check.fallback() == Fallback.LAST_RESORT
                && suspects.values().stream().noneMatch(suspect -> suspect.trust() == Trust.CONFIRMED);
        List<Instance> shown = new ArrayList<>(known.instances().size());
        for (Instance instance : known.instances()) {
            boolean chosen = instance.status() != Status.UP || isTrusted(instance.id(), lastResort);
            shown.add(chosen ? instance : instance.withStatus(Status.OUT_OF_SERVICE));
        }
        Snapshot next = Snapshot.of(known.service(), shown, known.held());
        return next.equals(snapshot) ? snapshot : next;
    }

    private boolean isTrusted(String id, boolean lastResort) {
        Suspect suspect = suspects.get(id);
        Trust trust = suspect == null ? Trust.UNKNOWN : suspect.trust();
        return trust == Trust.CONFIRMED || (lastResort && trust == Trust.UNKNOWN);
    }

    /** Receives what comes of asking one suspect. */
    private final class Answers implements TimedCall.Caller<Answer> {
        private final Suspect suspect;

        Answers(Suspect suspect) {
            this.suspect = suspect;
        }

        @Override
        public void stalled(TimedCall<Answer> call) {
            if (!stalled) {
                stalled = true;
                log.warn(
                        "a question who an instance of {} is has waited {} ms for a thread, as checks that ignore their timeouts"
                                + " hold all of them. What is known stays so until one is free; look at what the threads named …-check do, or give"
                                + " the client another checkExecutor",
                        suspect.instance().service(),
                        check.recheck().toMillis());
            }
        }

        @Override
        public void overdue(TimedCall<Answer> call) {
            judge(suspect, UNANSWERED);
            askLater(suspect, jittered(check.recheck()));
        }

        @Override
        public void returned(TimedCall<Answer> call, @Nullable Answer answer, @Nullable Throwable thrown) {
            suspect.call = null;
            stalled = false;
            asking--;
            if (!call.isOverdue()) {
                judge(suspect, answer != null ? answer : new Answer(Verdict.UNANSWERED, "the check threw " + thrown));
            }
            askLater(
                    suspect,
                    suspect.unanswered() > 0
                            ? check.retry().pause(suspect.unanswered(), random)
                            : jittered(check.recheck()));
            pump();
        }
    }
}
