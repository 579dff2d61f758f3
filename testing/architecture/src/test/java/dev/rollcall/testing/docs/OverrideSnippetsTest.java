package dev.rollcall.testing.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.OverrideRequest;
import dev.rollcall.Overrides;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The code of the guide's page on overrides, run; {@link SnippetsTest} compares it with the page. */
class OverrideSnippetsTest {

    @Test
    void overrides() {
        try (Rollcall rollcall = Rollcall.connect("memory:overrides")) {
            Registration registration = rollcall.register(Instance.of("orders", "http://10.0.0.5:8080"));
            // snippet: overridden
            registration.listenOverride(override ->
                    System.out.println(override.map(InstanceOverride::summary).orElse("nothing is asked")));
            // end of snippet
            // snippet: overrides
            Overrides overrides = rollcall.overrides();
            overrides
                    .set(
                            "orders",
                            "10.0.0.5:8080",
                            OverrideRequest.draining()
                                    .lasting(Duration.ofMinutes(30))
                                    .by("anna"))
                    .join();
            overrides.follow().listen(reading -> System.out.println("asked now: " + reading));

            overrides.clear("orders", "10.0.0.5:8080").join();
            // end of snippet
            assertThat(overrides.clear("orders", "10.0.0.5:8080").join()).isFalse();
        }
    }
}
