package dev.rollcall.consul;

import dev.rollcall.Rollcall;
import dev.rollcall.tck.Conformance;
import dev.rollcall.tck.ProcessGuarantees;
import dev.rollcall.tck.StoreUnderTest;
import java.time.Duration;
import java.util.function.UnaryOperator;

class ConsulConformanceTest extends Conformance implements ProcessGuarantees {
    @Override
    protected StoreUnderTest openStore() {
        return new ConsulUnderTest();
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
