package dev.rollcall.consul;

import dev.rollcall.Rollcall;
import dev.rollcall.tck.LayoutConformance;
import dev.rollcall.tck.StoreUnderTest;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Another ecosystem's layout, with names and ids of its own, is held to every law about instances that Consul's own is. */
class SpringConformanceTest extends LayoutConformance {
    @Override
    protected StoreUnderTest openStore() {
        // Spring has no names that end so; whoever needs one chooses another layout for it, as the refusal says
        return new ConsulUnderTest(new SpringLayout(), "&layout.orders_=native");
    }

    @Override
    public Duration ttl() {
        return Duration.ofSeconds(3);
    }

    /** An agent syncs its disk for each registration, which takes its time on a machine that does more than that. */
    @Override
    public Rollcall open(String uri, UnaryOperator<Rollcall.Builder> options) {
        return super.open(uri, builder -> options.apply(builder.requestTimeout(Duration.ofSeconds(3))));
    }
}
