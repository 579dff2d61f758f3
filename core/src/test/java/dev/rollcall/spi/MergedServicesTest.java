package dev.rollcall.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MergedServicesTest {
    private final List<String> log = new ArrayList<>();
    private final List<ServiceSink> layouts = new ArrayList<>();

    private final ServiceSink seen = new ServiceSink() {
        @Override
        public void services(Set<String> names, long revision) {
            log.add(new TreeSet<>(names) + " at " + revision);
        }

        @Override
        public void interrupted(StoreException cause) {
            log.add("interrupted " + cause.getMessage());
        }

        @Override
        public void resumed() {
            log.add("resumed");
        }
    };

    /** {@code orders} is read as kratos has it, everything else in both layouts. */
    @BeforeEach
    void watch() {
        MergedServices.watch(
                List.of(source("native"), source("kratos")),
                (layout, service) -> !service.equals("orders") || layout.equals("kratos"),
                seen);
    }

    private LayoutSource<ServiceSink> source(String layout) {
        return new LayoutSource<>(layout, sink -> {
            layouts.add(sink);
            return () -> {};
        });
    }

    @Test
    void areTheUnionOfThoseThatCount() {
        layouts.get(0).services(Set.of("orders", "users"), 3);
        assertThat(log).isEmpty();
        layouts.get(1).services(Set.of("users", "stock"), 2);
        layouts.get(1).services(Set.of("orders"), 4);

        assertThat(log).containsExactly("[stock, users] at 3", "[orders, users] at 4");
    }

    @Test
    void areToldAgainWhenAllAreBack() {
        layouts.get(0).services(Set.of("users"), 1);
        layouts.get(1).services(Set.of(), 1);
        log.clear();

        layouts.get(0).interrupted(new StoreException(StoreException.Kind.UNAVAILABLE, "away"));
        layouts.get(1).services(Set.of("stock"), 2);
        layouts.get(0).resumed();

        assertThat(log).containsExactly("interrupted away", "[stock, users] at 2");
    }
}
