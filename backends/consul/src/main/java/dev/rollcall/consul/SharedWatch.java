package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.consul.ConsulSettings.Consistency;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows any number of feeds over the same few blocking queries, which tell whose answers may have changed; those are fetched, a few at a time. On the serial thread.
 *
 * <p>Design note. Over HTTP/1.1 each blocking query occupies a connection, and an agent gives one client 200. So only a number of feeds have
 * {@link OwnQueries}. The shared ones outlive the last feed for a while, since each that ends leaves a connection behind in the agent.
 */
abstract class SharedWatch<F extends Feed> {
    private static final int MAX_FETCHES = 4;
    private static final Duration LINGERING = Duration.ofSeconds(30);

    private final BlockingQuery.Store store;
    private final Requests requests;
    private final Map<Feed, Member<F>> members = new LinkedHashMap<>();
    private final Set<Member<F>> due = new LinkedHashSet<>();
    private List<BlockingQuery> queries = List.of();
    private int fetching;
    private int failed;
    private boolean heard;
    private EventLoop.@Nullable Timer retry;
    private EventLoop.@Nullable Timer lingering;

    private static final class Member<F> {
        final F feed;
        long known;
        int failed;
        EventLoop.@Nullable Timer retry;
        boolean afresh = true;
        boolean underWay;
        boolean again;
        boolean gone;

        Member(F feed) {
            this.feed = feed;
        }
    }

    SharedWatch(BlockingQuery.Store store, Requests requests) {
        this.store = store;
        this.requests = requests;
    }

    /** The queries that tell of changes, not begun. */
    abstract List<BlockingQuery> queries();

    /** Called when the queries have been closed; by default there is nothing to forget. */
    void closed() {}

    final BlockingQuery.Store store() {
        return store;
    }

    final int size() {
        return members.size();
    }

    final Collection<F> feeds() {
        return members.values().stream().map(member -> member.feed).toList();
    }

    final void add(F feed) {
        Member<F> member = new Member<>(feed);
        members.put(feed, member);
        stop(lingering);
        if (queries.isEmpty()) {
            queries = queries();
            queries.forEach(BlockingQuery::start);
        } else if (heard) {
            fetch(member);
        } else {
            StoreException trouble = store.agents().trouble();
            if (trouble != null) {
                feed.interrupted(trouble);
            }
        }
    }

    final void remove(Feed feed) {
        Member<F> member = members.remove(feed);
        if (member == null) {
            return;
        }
        member.gone = true;
        stop(member.retry);
        due.remove(member);
        if (members.isEmpty()) {
            lingering = store.serial().schedule(LINGERING, this::close);
        }
    }

    final void close() {
        queries.forEach(BlockingQuery::close);
        queries = List.of();
        heard = false;
        due.clear();
        stop(retry);
        retry = null;
        stop(lingering);
        members.values().forEach(member -> stop(member.retry));
        closed();
    }

    static void stop(EventLoop.@Nullable Timer timer) {
        if (timer != null) {
            timer.close();
        }
    }

    /** An answer has come that tells of changes from now on: these feeds may be fetched, and those are. */
    final void heard(Predicate<F> changed) {
        heard = true;
        fetch(changed);
    }

    final void fetch(Predicate<F> changed) {
        members.values().stream()
                .filter(member -> changed.test(member.feed))
                .toList()
                .forEach(this::fetch);
    }

    /** Changes may be missed from now on, until {@link #heard}. */
    final void deaf(StoreException cause) {
        heard = false;
        due.clear();
        for (Member<F> member : new ArrayList<>(members.values())) {
            member.afresh = true;
            member.again = false;
            member.feed.interrupted(cause);
        }
    }

    private void fetch(Member<F> member) {
        if (member.underWay) {
            member.again = true;
        } else {
            due.add(member);
            pump();
        }
    }

    private void pump() {
        while (heard && retry == null && fetching < MAX_FETCHES && !due.isEmpty()) {
            Member<F> next = due.iterator().next();
            due.remove(next);
            begin(
                    next,
                    next.feed.isConsistent()
                            ? Consistency.CONSISTENT
                            : store.settings().consistency());
        }
    }

    private void begin(Member<F> member, Consistency consistency) {
        Call call = member.feed.question().with(consistency.parameter);
        member.again = false;
        ask(member, call, (agent, answer) -> answered(member, agent, call, answer, consistency));
    }

    private void ask(Member<F> member, Call call, BiConsumer<HostPort, Answer> reader) {
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

    private void answered(Member<F> member, HostPort agent, Call call, Answer answer, Consistency consistency) {
        if (!answer.isOk() && !member.feed.isAbsence(answer)) {
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
        Call permission = member.feed.permission();
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

    private void accept(Member<F> member, HostPort agent, Call call, Answer answer) {
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
    private void failed(Member<F> member, StoreException cause) {
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
