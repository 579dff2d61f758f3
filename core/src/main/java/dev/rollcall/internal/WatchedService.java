package dev.rollcall.internal;

import dev.rollcall.Changes;
import dev.rollcall.Departure;
import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Reading;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service's live state, shared by all views of it. Its one writer is the event loop; what comes from the backend goes through the
 * {@link Mailbox}, is judged by the {@link LossGuard}, and becomes the next {@link Reading}.
 */
final class WatchedService implements Followed {
    private static final Logger log = LoggerFactory.getLogger(WatchedService.class);
    private static final int MAX_UNDECODABLE_KEYS = 10_000;
    private static final int MAX_UNDECODABLE_SHOWN = 10;

    private final String service;
    private final EventLoop loop;
    private final LossGuard guard;
    private final @Nullable DiskCache disk;
    private final Observed<Reading<Snapshot>> reading;
    private final Set<String> undecodableKeys = new HashSet<>();
    private final Set<DepartureLog> departureLogs = ConcurrentHashMap.newKeySet();
    private volatile long undecodable;
    private volatile Snapshot snapshot;
    private volatile boolean closed;
    private boolean heardBefore;
    private Backend.@Nullable Watch watch;
    private EventLoop.@Nullable Timer expiry;

    WatchedService(String service, EventLoop loop, LossProtection protection, @Nullable DiskCache disk) {
        this.service = service;
        this.loop = loop;
        this.guard = new LossGuard(protection);
        this.disk = disk;
        this.snapshot = Snapshot.of(service, List.of(), Set.of());
        this.reading = new Observed<>(new Reading.Pending<>(loop.now(), null));
    }

    /** Takes up the last value of an earlier process, if there is one, and begins to follow the store. */
    void start(Backend backend) {
        if (disk != null) {
            disk.read(service).ifPresent(saved -> {
                snapshot = saved.snapshot();
                reading.set(new Reading.Stale<>(
                        saved.snapshot(),
                        saved.revision(),
                        saved.savedAt(),
                        new StoreException(
                                StoreException.Kind.UNAVAILABLE,
                                service + ": the store has not answered yet; this is what an earlier process saved")));
            });
        }
        watch = backend.watchInstances(service, new Mailbox(loop, this::receive, this::undecodable));
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
        return undecodable;
    }

    @Override
    public DepartureLog recordDepartures() {
        DepartureLog log = new DepartureLog(departureLogs::remove);
        departureLogs.add(log);
        return log;
    }

    void close() {
        closed = true;
        if (watch != null) {
            watch.close();
        }
        loop.execute(() -> {
            if (expiry != null) {
                expiry.close();
            }
        });
        reading.end();
    }

    private void receive(Mailbox.Batch batch) {
        if (closed) {
            return;
        }
        Snapshot next = snapshot;
        if (batch.snapshot != null) {
            next = reconcile(next, batch.snapshot);
            heardBefore = true;
        }
        if (!batch.changes.isEmpty()) {
            next = apply(next, batch.changes);
        }
        @SuppressWarnings("ReferenceEquality") // what changes nothing gives back the same
        boolean changed = next != snapshot;
        snapshot = next;
        Reading<Snapshot> now = read(batch, changed);
        if (now != reading.value()) {
            reading.set(now);
        }
        if (disk != null && changed) {
            disk.save(now);
        }
        scheduleExpiry();
    }

    /** The store's whole list in place of ours, but for what is held. */
    private Snapshot reconcile(Snapshot known, List<Instance> all) {
        Snapshot stored = Snapshot.of(service, all, Set.of());
        Changes changes = stored.since(known);
        guard.held().stream().filter(id -> stored.find(id).isPresent()).toList().forEach(guard::returned);
        if (!heardBefore) {
            return stored; // what is gone since an earlier process ran was not seen to go
        }
        if (changes.isEmpty() && known.held().equals(guard.held())) {
            return known;
        }
        List<LossGuard.Gone> gone = new ArrayList<>();
        changes.removed().forEach(instance -> gone.add(new LossGuard.Gone(instance, false)));
        Set<String> leaving = Set.copyOf(guard.judge(gone, known.instances().size(), loop.nanoTime()));
        Map<String, Instance> kept = new HashMap<>();
        changes.removed().stream()
                .filter(instance -> !leaving.contains(instance.id()))
                .forEach(instance -> kept.put(instance.id(), instance));
        tellHeld(kept.size());
        recordDepartures(gone, leaving, Departure.Cause.UNSEEN);
        return stored.with(kept, Set.of(), guard.held());
    }

    private Snapshot apply(Snapshot known, Map<String, Change> changes) {
        Map<String, Instance> puts = new HashMap<>();
        List<LossGuard.Gone> gone = new ArrayList<>();
        for (Change change : changes.values()) {
            if (change instanceof Change.Put put) {
                guard.returned(put.id());
                puts.put(put.id(), put.instance());
            } else if (change instanceof Change.Removed removed) {
                known.find(removed.id())
                        .ifPresent(instance -> gone.add(new LossGuard.Gone(instance, removed.onPurpose())));
            }
        }
        int heldBefore = guard.held().size();
        Set<String> leaving = Set.copyOf(guard.judge(gone, known.instances().size(), loop.nanoTime()));
        tellHeld(guard.held().size() - heldBefore);
        recordDepartures(gone, leaving, Departure.Cause.VANISHED);
        return known.with(puts, leaving, guard.held());
    }

    private void recordDepartures(List<LossGuard.Gone> gone, Set<String> leaving, Departure.Cause otherwise) {
        if (departureLogs.isEmpty()) {
            return;
        }
        List<Departure> departures = new ArrayList<>();
        for (LossGuard.Gone one : gone) {
            if (leaving.contains(one.instance().id())) {
                boolean farewell = one.onPurpose() || one.instance().status() == Status.DRAINING;
                departures.add(new Departure(one.instance(), farewell ? Departure.Cause.FAREWELL : otherwise));
            }
        }
        departureLogs.forEach(log -> log.add(departures));
    }

    private Reading<Snapshot> read(Mailbox.Batch batch, boolean changed) {
        Reading<Snapshot> before = reading.value();
        StoreException cause = batch.cause;
        if (Boolean.FALSE.equals(batch.heard) && cause != null) {
            return interrupted(before, batch, cause, changed);
        }
        if (before instanceof Reading.Stale<Snapshot> stale && batch.heard == null) {
            return changed ? new Reading.Stale<>(snapshot, batch.revision, stale.since(), stale.cause()) : before;
        }
        if (before instanceof Reading.Pending<Snapshot> && batch.snapshot == null) {
            return before;
        }
        boolean told = batch.snapshot != null || !batch.changes.isEmpty();
        long revision = told ? batch.revision : revision(before);
        if (before instanceof Reading.Fresh<Snapshot> fresh && !changed && fresh.revision() == revision) {
            return before;
        }
        return new Reading.Fresh<>(snapshot, revision);
    }

    private Reading<Snapshot> interrupted(
            Reading<Snapshot> before, Mailbox.Batch batch, StoreException cause, boolean changed) {
        boolean told = batch.snapshot != null || !batch.changes.isEmpty();
        if (before instanceof Reading.Pending<Snapshot> pending && batch.snapshot == null) {
            return new Reading.Pending<>(pending.since(), cause);
        }
        long revision = told ? batch.revision : revision(before);
        Instant since =
                before instanceof Reading.Stale<Snapshot> stale && batch.snapshot == null ? stale.since() : loop.now();
        if (before instanceof Reading.Stale<Snapshot> stale
                && !changed
                && String.valueOf(stale.cause().getMessage()).equals(cause.getMessage())) {
            return before;
        }
        return new Reading.Stale<>(snapshot, revision, since, cause);
    }

    private static long revision(Reading<Snapshot> reading) {
        if (reading instanceof Reading.Fresh<Snapshot> fresh) {
            return fresh.revision();
        }
        return reading instanceof Reading.Stale<Snapshot> stale ? stale.revision() : 0;
    }

    private void scheduleExpiry() {
        if (expiry != null) {
            expiry.close();
            expiry = null;
        }
        guard.nanosToExpiry(loop.nanoTime())
                .ifPresent(nanos -> expiry = loop.schedule(Duration.ofNanos(nanos), this::expireHeld));
    }

    private void expireHeld() {
        if (closed) {
            return;
        }
        List<String> expired = guard.expire(loop.nanoTime());
        if (!expired.isEmpty()) {
            log.info("{}: {} vanished instances did not come back and are let go", service, expired.size());
            List<LossGuard.Gone> gone = new ArrayList<>();
            expired.forEach(
                    id -> snapshot.find(id).ifPresent(instance -> gone.add(new LossGuard.Gone(instance, false))));
            recordDepartures(gone, Set.copyOf(expired), Departure.Cause.VANISHED);
            snapshot = snapshot.with(Map.of(), Set.copyOf(expired), guard.held());
            Reading<Snapshot> before = reading.value();
            reading.set(
                    before instanceof Reading.Stale<Snapshot> stale
                            ? new Reading.Stale<>(snapshot, stale.revision(), stale.since(), stale.cause())
                            : new Reading.Fresh<>(snapshot, revision(before)));
            if (disk != null) {
                disk.save(reading.value());
            }
        }
        scheduleExpiry();
    }

    private void tellHeld(int held) {
        if (held > 0) {
            log.warn(
                    "{}: {} instances vanished at once; they are kept for a while in case it was the store that lost"
                            + " them (LossProtection)",
                    service,
                    held);
        }
    }

    private void undecodable(String key, String reason) {
        if (undecodableKeys.size() < MAX_UNDECODABLE_KEYS && undecodableKeys.add(key)) {
            undecodable = undecodableKeys.size();
            if (undecodable <= MAX_UNDECODABLE_SHOWN) {
                log.warn("{}: the entry {} is not an instance and is skipped: {}", service, key, reason);
            }
        }
    }
}
