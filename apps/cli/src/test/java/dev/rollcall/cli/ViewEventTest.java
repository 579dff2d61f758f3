package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Snapshot;
import dev.rollcall.StoreException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ViewEventTest {
    private static final Instant SINCE = Instant.parse("2026-03-04T05:06:00Z");

    private final StoreException away = new StoreException(StoreException.Kind.UNAVAILABLE, "no route");
    private final Instance a = Instance.of("orders", "h:1");
    private final Instance b = Instance.of("orders", "h:2");
    private final ViewEvent.Source source = new ViewEvent.Source("orders");

    @Test
    void whatIsKnownAtFirstIsAddedAndThenTheListIsFresh() {
        assertThat(source.advance(new Reading.Pending<>(SINCE, null))).isEmpty();
        assertThat(source.advance(fresh(a, b)))
                .containsExactly(new ViewEvent.Added(a), new ViewEvent.Added(b), new ViewEvent.Fresh("orders", 2));
    }

    @Test
    void anEmptyServiceIsFreshToo() {
        assertThat(source.advance(fresh())).containsExactly(new ViewEvent.Fresh("orders", 0));
    }

    @Test
    void changesComeAloneWhileTheListStaysFresh() {
        source.advance(fresh(a, b));

        assertThat(source.advance(fresh(a.withWeight(7))))
                .containsExactly(new ViewEvent.Removed(b), new ViewEvent.Changed(a, a.withWeight(7)));
        assertThat(source.advance(fresh(a.withWeight(7)))).isEmpty();
    }

    @Test
    void anOutageRemovesNothingAndIsToldOnce() {
        source.advance(fresh(a));

        assertThat(source.advance(stale(a))).containsExactly(new ViewEvent.Stale("orders", 1, SINCE, "no route"));
        assertThat(source.advance(stale(a))).isEmpty();
        assertThat(source.advance(fresh(a, b)))
                .containsExactly(new ViewEvent.Added(b), new ViewEvent.Fresh("orders", 2));
    }

    @Test
    void asTextEachEventIsALineWithItsTime() {
        CapturedTerminal terminal = new CapturedTerminal();
        EventPrinter printer = new EventPrinter(
                terminal.terminal(), OutputFormat.TABLE, Clock.fixed(SINCE.plusSeconds(12), ZoneOffset.UTC));

        printer.print(source.advance(fresh(a)));
        printer.print(source.advance(stale(a)));
        printer.print(source.advance(fresh(a.withWeight(2))));
        printer.print(source.advance(fresh()));

        assertThat(terminal.out()).isEqualTo("""
                        05:06:12.000  added    h:1  tcp://h:1  weight 1  up
                        05:06:12.000  fresh    1 instance, up to date
                        05:06:12.000  stale    showing the last known 1 instance, 12 s old: no route
                        05:06:12.000  changed  h:1  weight 1 → 2
                        05:06:12.000  fresh    1 instance, up to date
                        05:06:12.000  removed  h:1  tcp://h:1  weight 2  up
                        """);
    }

    private static Reading<Snapshot> fresh(Instance... instances) {
        return new Reading.Fresh<>(Snapshot.of("orders", List.of(instances), Set.of()), 1);
    }

    private Reading<Snapshot> stale(Instance... instances) {
        return new Reading.Stale<>(Snapshot.of("orders", List.of(instances), Set.of()), 1, SINCE, away);
    }
}
