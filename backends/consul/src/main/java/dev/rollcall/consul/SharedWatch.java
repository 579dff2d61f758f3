package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.consul.ConsulSettings.Consistency;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows any number of services over two blocking queries, and fetches a service when something about it has moved. On the serial thread.
 *
 * <p>Design note. Over HTTP/1.1 each blocking query occupies a connection, and an agent gives one client 200. So beyond a number of services:
 * <ul>
 *   <li>{@code /v1/health/state/any} tells every check of the datacenter with the service that it belongs to. What differs between two answers names
 *       the services to fetch. Each write of Rollcall's changes its check ({@code Notes}), so this finds all that Rollcall does, and
 *       whatever any check says of others.
 *   <li>{@code /v1/catalog/services} moves its index with every change of a service, but doesn't tell which. If that index isn't one
 *       that the checks have had, a service changed without its checks, and all are fetched, one sweep after the other with a
 *       pause that grows with their number. As one answer may stand for several changes, all are fetched half a minute after
 *       any change as well.
 * </ul>
 * An answer about all checks is as large as the datacenter, hence the pause between two.
 */
final class SharedWatch {
    private static final int MAX_FETCHES = 4;
    private static final int MAX_REMEMBERED = 1024;
    private static final Duration BETWEEN_ANSWERS = Duration.ofMillis(50);
    private static final Duration SETTLING = Duration.ofSeconds(1);
    private static final Duration SWEEP_PAUSE = Duration.ofSeconds(2);
    private static final Duration SLOW_SWEEP = Duration.ofSeconds(30);
    private static final Duration SWEEP_PAUSE_PER_SERVICE = Duration.ofMillis(20);
    private static final String WHOLE_NODES = "";

    private final BlockingQuery.Store store;
    private final Requests requests;
    private final Map<InstanceFeed, Member> members = new LinkedHashMap<>();
    private final Set<Member> due = new LinkedHashSet<>();
    private final Set<Long> checkIndexes = new LinkedHashSet<>();
    private final Set<Long> serviceIndexes = new LinkedHashSet<>();
    private Map<String, Long> digests = new HashMap<>();
    private int fetching;
    private int failed;
    private boolean heard;
    private long sweptNanos;
    private @Nullable BlockingQuery checks;
    private @Nullable BlockingQuery services;
    private EventLoop.@Nullable Timer sweep;
    private EventLoop.@Nullable Timer slowSweep;
    private EventLoop.@Nullable Timer retry;

    private static final class Member {
        final InstanceFeed feed;
        long known;
        int failed;
        EventLoop.@Nullable Timer retry;
        boolean afresh = true;
        boolean underWay;
        boolean again;
        boolean gone;

        Member(InstanceFeed feed) {
            this.feed = feed;
        }
    }

    SharedWatch(BlockingQuery.Store store, Requests requests) {
        this.store = store;
        this.requests = requests;
    }

    int size() {
        return members.size();
    }

    void add(InstanceFeed feed) {
        Member member = new Member(feed);
        members.put(feed, member);
        if (checks == null) {
            Call allChecks =
                    Call.get("/v1/health/state/any", store.settings().scope().ofNames());
            checks = new BlockingQuery(store, allChecks, null, new ChecksReader());
            services = new BlockingQuery(store, ServiceFeed.question(store.settings()), null, new ServicesReader());
            checks.start();
            services.start();
        } else if (heard) {
            fetch(member);
        } else {
            StoreException trouble = store.agents().trouble();
            if (trouble != null) {
                feed.interrupted(trouble);
            }
        }
    }

    void remove(InstanceFeed feed) {
        Member member = members.remove(feed);
        if (member == null) {
            return;
        }
        member.gone = true;
        stop(member.retry);
        due.remove(member);
        if (members.isEmpty()) {
            close();
        }
    }

    void close() {
        for (BlockingQuery query : new BlockingQuery[] {checks, services}) {
            if (query != null) {
                query.close();
            }
        }
        checks = null;
        services = null;
        heard = false;
        due.clear();
        checkIndexes.clear();
        serviceIndexes.clear();
        stop(sweep);
        stop(slowSweep);
        stop(retry);
        members.values().forEach(member -> stop(member.retry));
        sweep = null;
        slowSweep = null;
        retry = null;
    }

    private static void stop(EventLoop.@Nullable Timer timer) {
        if (timer != null) {
            timer.close();
        }
    }

    private final class ChecksReader implements BlockingQuery.Reader {
        @Override
        public void read(Answer answer, long index, boolean afresh, boolean replaced) throws IOException {
            Set<String> names = new HashSet<>();
            names.add(WHOLE_NODES);
            members.keySet().forEach(feed -> names.add(feed.name()));
            Map<String, Long> now = new HashMap<>();
            CatalogReader.checks(answer.body(), (service, mark) -> {
                if (names.contains(service)) {
                    now.merge(service, mark, Long::sum);
                }
            });
            Map<String, Long> before = digests;
            digests = now;
            heard = true;
            add(checkIndexes, index);
            boolean all = afresh || replaced || !same(before, now, WHOLE_NODES);
            for (Member member : members.values()) {
                if (all || !same(before, now, member.feed.name())) {
                    fetch(member);
                }
            }
        }

        @Override
        public void interrupted(StoreException cause) {
            heard = false;
            due.clear();
            for (Member member : members.values()) {
                member.afresh = true;
                member.again = false;
                member.feed.interrupted(cause);
            }
        }

        @Override
        public Duration pause() {
            return BETWEEN_ANSWERS;
        }
    }

    private static boolean same(Map<String, Long> before, Map<String, Long> now, String name) {
        return java.util.Objects.equals(before.get(name), now.get(name));
    }

    private static void add(Set<Long> indexes, long index) {
        indexes.add(index);
        Iterator<Long> oldest = indexes.iterator();
        while (indexes.size() > MAX_REMEMBERED) {
            oldest.next();
            oldest.remove();
        }
    }

    private final class ServicesReader implements BlockingQuery.Reader {
        @Override
        public void read(Answer answer, long index, boolean afresh, boolean replaced) {
            if (afresh) {
                return; // so are the checks, and everything is fetched
            }
            add(serviceIndexes, index);
            if (sweep == null) {
                Duration since = Duration.ofNanos(store.serial().nanoTime() - sweptNanos);
                Duration rest = sweepPause().minus(since);
                sweep = store.serial()
                        .schedule(rest.compareTo(SETTLING) > 0 ? rest : SETTLING, SharedWatch.this::settle);
            }
            if (slowSweep == null) {
                slowSweep = store.serial().schedule(SLOW_SWEEP, SharedWatch.this::sweepAll);
            }
        }

        @Override
        public void interrupted(StoreException cause) {
            // the checks are interrupted too, or the next answer will tell
        }

        @Override
        public Duration pause() {
            return BETWEEN_ANSWERS;
        }
    }

    private Duration sweepPause() {
        Duration grown = SWEEP_PAUSE_PER_SERVICE.multipliedBy(members.size());
        return grown.compareTo(SWEEP_PAUSE) > 0 ? grown : SWEEP_PAUSE;
    }

    private void settle() {
        sweep = null;
        boolean explained = checkIndexes.containsAll(serviceIndexes);
        serviceIndexes.clear();
        if (!explained) {
            sweepAll();
        }
    }

    private void sweepAll() {
        stop(slowSweep);
        slowSweep = null;
        sweptNanos = store.serial().nanoTime();
        members.values().forEach(this::fetch);
    }

    private void fetch(Member member) {
        if (member.underWay) {
            member.again = true;
        } else {
            due.add(member);
            pump();
        }
    }

    private void pump() {
        while (heard && retry == null && fetching < MAX_FETCHES && !due.isEmpty()) {
            Member next = due.iterator().next();
            due.remove(next);
            begin(next, store.settings().consistency());
        }
    }

    private void begin(Member member, Consistency consistency) {
        Call call = InstanceFeed.question(member.feed.name(), store.settings()).with(consistency.parameter);
        member.again = false;
        ask(member, call, (agent, answer) -> answered(member, agent, call, answer, consistency));
    }

    private void ask(Member member, Call call, BiConsumer<HostPort, Answer> reader) {
        member.underWay = true;
        fetching++;
        requests.send(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                over();
                if (!member.gone) {
                    reader.accept(agent, answer);
                }
                pump();
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                over();
                if (!member.gone) {
                    SharedWatch.this.failed(member, cause);
                }
                pump();
            }

            private void over() {
                fetching--;
                member.underWay = false;
            }
        });
    }

    private void answered(Member member, HostPort agent, Call call, Answer answer, Consistency consistency) {
        if (!answer.isOk()) {
            failed(member, store.failures().refused(agent, call, answer));
            return;
        }
        if (!heard) {
            return; // it will be fetched again once the checks are heard
        }
        if (Math.max(1, answer.index()) < member.known && consistency != Consistency.CONSISTENT) {
            begin(member, Consistency.CONSISTENT);
            return;
        }
        Call permission = InstanceFeed.permission(member.feed.name(), store.settings());
        if (!answer.isEmpty() || permission == null) {
            accept(member, agent, call, answer);
        } else if (answer.filtered()) {
            failed(member, store.failures().allFiltered(agent, call));
        } else {
            ask(member, permission, (asked, verdict) -> {
                if (verdict.status() == Failures.FORBIDDEN) {
                    failed(member, store.failures().refused(asked, permission, verdict));
                } else if (heard) {
                    accept(member, agent, call, answer);
                }
            });
        }
    }

    private void accept(Member member, HostPort agent, Call call, Answer answer) {
        long index = Math.max(1, answer.index());
        try {
            member.feed.read(answer, index, member.afresh, index < member.known);
        } catch (IOException | RuntimeException e) {
            failed(member, store.failures().unreadable(agent, call, e));
            return;
        }
        failed = 0;
        member.failed = 0;
        member.known = index;
        member.afresh = false;
        if (member.again) {
            fetch(member);
        }
    }

    /** What concerns one service alone mustn't keep the others waiting. */
    private void failed(Member member, StoreException cause) {
        member.afresh = true;
        member.feed.interrupted(cause);
        if (!heard) {
            return;
        }
        if (!cause.concernsWholeStore()) {
            stop(member.retry);
            member.retry = store.serial().retry(++member.failed, () -> {
                if (heard && !member.gone) {
                    fetch(member);
                }
            });
            return;
        }
        due.add(member);
        if (retry == null) {
            retry = store.serial().retry(++failed, () -> {
                retry = null;
                pump();
            });
        }
    }
}
