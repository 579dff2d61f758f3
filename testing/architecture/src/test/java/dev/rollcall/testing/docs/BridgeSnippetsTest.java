package dev.rollcall.testing.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.BridgeOptions;
import dev.rollcall.bridge.BridgeState;
import dev.rollcall.bridge.Comparison;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code of the guide's page on the bridge, run; {@link SnippetsTest} compares it with the page. */
class BridgeSnippetsTest {

    @Test
    void bridge() throws InterruptedException {
        try (Rollcall old = Rollcall.connect("memory:old");
                Rollcall consumer = Rollcall.connect("memory:new");
                ServiceView users = consumer.discover("users")) {
            old.register(Instance.of("legacy-users", "http://10.0.0.1:80")).awaitRegistered(Duration.ofSeconds(5));
            // snippet: bridge
            BridgeOptions options = BridgeOptions.builder("memory:old", "memory:new")
                    .services(List.of("orders", "legacy-*")) // all unless told otherwise
                    .rename("legacy-*=*")
                    .build();
            try (Bridge bridge = Bridge.open(options)) {
                bridge.awaitCaughtUp(Duration.ofSeconds(30));
                BridgeState state = bridge.state(); // counts, lag, how both ends are heard, problems
                System.out.println(
                        state.mirrored() + " mirrored, p99 " + state.lag().p99());

                try (Comparison comparison = Comparison.open(options)) {
                    comparison.awaitEqual(Duration.ofSeconds(1), Duration.ofMinutes(1));
                    comparison.state().checklist().forEach(System.out::println);
                }
            }
            // end of snippet
            assertThat(users.instances()).isEmpty();
        }
    }
}
