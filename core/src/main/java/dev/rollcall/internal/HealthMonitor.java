package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.health.HealthCheck;
import dev.rollcall.health.HealthReport;
import dev.rollcall.health.HealthReport.State;
import dev.rollcall.health.ProbeResult;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks one registration's health again and again. Probes run on threads of their own, one at a time; everything else is
 * confined to the event loop.
 *
 * <p>Design note. A probe that hangs counts as failed when its time is over and at each beat after that, and no other begins
 * before it has returned: so it costs one thread, not one more each interval. One that waits for a thread counts as nothing,
 * because that all threads are busy says nothing about the instance; but it is reported when the verdict grows old over it.
 */
final class HealthMonitor implements TimedCall.Caller<ProbeResult> {
    private static final Logger log = LoggerFactory.getLogger(HealthMonitor.class);

    /** How much longer than its timeout a probe may take, so that one that heeds it can say in its own words what happened. */
    private static final Duration LENIENCE = Duration.ofMillis(100);

    private final HealthCheck check;
    private final String name;
    private final EventLoop loop;
    private final Executor threads;
    private final RandomGenerator random;
    private final Observed<HealthReport> report;
    private final Alarm beat;
    private @Nullable Subject subject;
    private @Nullable TimedCall<ProbeResult> call;
    private Instant dueSince;

    /**
     * Whom to check, and whom to tell.
     *
     * @param instance as its owner wants it; read by the probe's thread
     * @param verdict told on the event loop when the instance begins to pass and when it begins to fail
     */
    record Subject(Supplier<Instance> instance, Consumer<Boolean> verdict) {}

    HealthMonitor(HealthCheck check, String name, EventLoop loop, Executor threads, RandomGenerator random) {
        this.check = check;
        this.name = name;
        this.loop = loop;
        this.threads = threads;
        this.random = random;
        this.dueSince = loop.now();
        this.report = new Observed<>(HealthReport.unknown(dueSince));
        this.beat = new Alarm(loop);
    }

    Observed<HealthReport> report() {
        return report;
    }

    void start(Subject checked) {
        subject = checked;
        begin(checked);
        // The first check can't wait. The others of a thousand registrations made at once are spread over the interval.
        long nanos = check.interval().toNanos();
        beat.set(Duration.ofNanos(1 + random.nextLong(nanos)), this::beat);
    }

    /** Idempotent. A probe that runs is interrupted. */
    void stop() {
        subject = null;
        beat.stop();
        if (call != null) {
            call.cancel();
            call = null;
        }
    }

    private void beat() {
        Subject checked = subject;
        if (checked == null) {
            return;
        }
        beat.set(check.interval(), this::beat);
        TimedCall<ProbeResult> running = call;
        if (running == null) {
            begin(checked);
        } else if (running.isOverdue()) {
            judge(ProbeResult.failed("a check that began " + running.age().toSeconds()
                    + " s ago still runs, and ignores its timeout of "
                    + check.timeout().toMillis()
                    + " ms and interruption"));
        }
    }

    private void begin(Subject checked) {
        TimedCall<ProbeResult> next = new TimedCall<>(
                loop,
                check.interval().multipliedBy(check.fall()),
                check.timeout().plus(LENIENCE),
                () -> check.probe().probe(checked.instance().get(), check.timeout()),
                this);
        call = next;
        dueSince = loop.now();
        try {
            next.start(threads);
        } catch (RejectedExecutionException e) {
            log.warn("{}: the executor of checks refuses tasks; its health is checked no more", name, e);
            stop();
        }
    }

    @Override
    public void stalled(TimedCall<ProbeResult> waiting) {
        HealthReport now = report.value().stalled(dueSince);
        report.set(now);
        log.warn(
                "{} is {}, but hasn't been checked for {} ms, as checks that ignore their timeouts hold all threads. It stays so until"
                        + " one is free; look at what the threads named …-check do, or give the client another checkExecutor",
                name,
                now.state(),
                Duration.between(dueSince, loop.now()).toMillis());
    }

    @Override
    public void overdue(TimedCall<ProbeResult> running) {
        judge(ProbeResult.failed("no result within " + check.timeout().toMillis() + " ms"));
    }

    @Override
    public void returned(TimedCall<ProbeResult> done, @Nullable ProbeResult result, @Nullable Throwable thrown) {
        call = null;
        if (!done.isOverdue()) {
            judge(result != null ? result : ProbeResult.failed("the check threw " + thrown));
        }
    }

    private void judge(ProbeResult result) {
        HealthReport before = report.value();
        HealthReport now = check.judge(before, result, loop.now());
        report.set(now);
        if (before.stalledSince() != null) {
            log.info("{} is checked again", name);
        }
        if (now.state() == before.state()) {
            return;
        }
        if (now.state() == State.FAILING) {
            log.warn(
                    "{} fails its health check and is out of service: {}. Checked again every {} ms",
                    name,
                    result.detail(),
                    check.interval().toMillis());
        } else {
            long millis = Duration.between(before.since(), now.since()).toMillis();
            log.info("{} passes its health check after {} ms: {}", name, millis, result.detail());
        }
        if (subject != null) {
            subject.verdict().accept(now.passing());
        }
    }
}
