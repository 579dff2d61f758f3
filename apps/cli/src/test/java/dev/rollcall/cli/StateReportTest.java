package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.RegistrationState;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StateReportTest {
    private static final Instant TIME = Instant.parse("2026-03-04T05:06:07Z");

    private final List<String> lines = new ArrayList<>();
    private final StateReport report =
            new StateReport(Instance.of("orders", "h:1").withId("one"), "etcd://e:2379", lines::add);

    @Test
    void aLossIsToldAndHowLongItTook() {
        tell(Phase.REGISTERING, 0, null);
        tell(Phase.REGISTERED, 0, null);
        tell(Phase.REGISTERING, 1000, "lease gone");
        tell(Phase.REGISTERED, 1250, null);

        assertThat(lines)
                .containsExactly(
                        "registered orders/one at tcp://h:1, weight 1, in etcd://e:2379",
                        "lost, registering again: lease gone",
                        "registered again after 250 ms");
    }

    @Test
    void aLongOutageIsToldOnceACause() {
        tell(Phase.REGISTERED, 0, null);
        for (int i = 0; i < 100; i++) {
            tell(Phase.REGISTERING, 1000, "refused");
            tell(Phase.REGISTERING, 1000, "timed\nout");
        }

        assertThat(lines).hasSize(3).endsWith("lost, registering again: refused", "not back yet: timed out");
    }

    @Test
    void whatWasNeverRegisteredIsNotLost() {
        tell(Phase.REGISTERING, 0, "refused");
        tell(Phase.REGISTERED, 500, null);

        assertThat(lines)
                .containsExactly(
                        "not registered yet, trying on: refused",
                        "registered orders/one at tcp://h:1, weight 1, in etcd://e:2379");
    }

    @Test
    void aTwinIsNamed() {
        tell(Phase.REGISTERED, 0, null);
        tell(Phase.DISPLACED, 0, "held by another process");
        tell(Phase.REGISTERED, 2000, null);

        assertThat(lines)
                .endsWith(
                        "displaced, waiting for the other to leave: held by another process",
                        "registered again after 2000 ms");
    }

    private void tell(Phase phase, long millis, @Nullable String cause) {
        StoreException failure = cause == null ? null : new StoreException(StoreException.Kind.UNAVAILABLE, cause);
        report.accept(new RegistrationState(phase, TIME.plusMillis(millis), failure));
    }
}
