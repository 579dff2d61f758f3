package dev.rollcall.gateway;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.Subscription;
import dev.rollcall.balance.Explanation;
import dev.rollcall.balance.RetryBudget;
import dev.rollcall.balance.Selector;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** One service that requests go to: its view, and what is shared by all requests to it. Safe for use by many threads. */
final class RoutedService implements AutoCloseable {
    static final String BUDGET_SPENT = " It was not tried again: too many requests to this service have been already.";

    /** How an explanation begins to say that somebody is ejected. */
    private static final String EJECTED = "ejected";

    private final ServiceView view;
    private final LongSupplier nanoClock;
    private final RetryBudget budget = RetryBudget.defaults();
    private final Map<Balancing, Selector> selectors = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> known = new CompletableFuture<>();
    private final Subscription firstValue;
    private volatile long lastUsedNanos;

    RoutedService(ServiceView view, LongSupplier nanoClock) {
        this.view = view;
        this.nanoClock = nanoClock;
        this.lastUsedNanos = nanoClock.getAsLong();
        this.firstValue = view.listen(Runnable::run, this::observe);
    }

    private void observe(Reading<Snapshot> reading) {
        if (!(reading instanceof Reading.Pending)) {
            known.complete(null);
        }
    }

    String name() {
        return view.service();
    }

    /** Completes when the instances are known, be it those of before; on no particular thread. */
    CompletableFuture<Void> known() {
        return known;
    }

    Selector selector(Balancing balancing) {
        lastUsedNanos = nanoClock.getAsLong();
        Selector selector = selectors.get(balancing);
        return selector != null
                ? selector
                : selectors.computeIfAbsent(balancing, wanted -> view.selector(wanted.balancer()));
    }

    /** What all requests to the service may use for retries. */
    RetryBudget budget() {
        return budget;
    }

    /** Forgets what was learned for routes that are no more. */
    void keepOnly(Set<Balancing> balancings) {
        selectors.keySet().retainAll(balancings);
    }

    Set<String> instanceIds() {
        return view.instances().stream().map(Instance::id).collect(Collectors.toUnmodifiableSet());
    }

    long idleNanos() {
        return nanoClock.getAsLong() - lastUsedNanos;
    }

    /** Who is ejected by one balancer or another, by id, and why. */
    SortedMap<String, String> ejected() {
        SortedMap<String, String> ejected = new TreeMap<>();
        for (Selector selector : selectors.values()) {
            for (Explanation.Exclusion exclusion : selector.explain().excluded()) {
                if (exclusion.reason().startsWith(EJECTED)) {
                    ejected.putIfAbsent(exclusion.instance().id(), exclusion.reason());
                }
            }
        }
        return Collections.unmodifiableSortedMap(ejected);
    }

    /**
     * What to know about the registry when no instance could answer; empty if the list is current. For clients, so it says nothing about
     * where the store is; the client's own log does.
     */
    String standing() {
        Reading<Snapshot> reading = view.reading();
        if (reading instanceof Reading.Stale<Snapshot> stale) {
            return " The registry is away since " + stale.since().truncatedTo(ChronoUnit.SECONDS)
                    + ", so these are the last known instances.";
        }
        if (reading instanceof Reading.Pending<Snapshot> pending) {
            return " The registry has not answered since " + pending.since().truncatedTo(ChronoUnit.SECONDS) + ".";
        }
        return "";
    }

    @Override
    public void close() {
        firstValue.close();
        view.close();
    }
}
