package dev.rollcall.consul;

import dev.rollcall.tck.CandidateProcessGuarantees;
import dev.rollcall.tck.CoordinationConformance;
import dev.rollcall.tck.StoreUnderTest;
import java.time.Duration;

class ConsulCoordinationTest extends CoordinationConformance implements CandidateProcessGuarantees {
    @Override
    protected StoreUnderTest openStore() {
        return new ConsulUnderTest();
    }

    /** No session of Consul's is shorter. */
    @Override
    public Duration ttl() {
        return Duration.ofSeconds(10);
    }

    /** Consul ends a session up to a whole TTL late. */
    @Override
    public Duration patience() {
        return Duration.ofSeconds(60);
    }

    @Override
    public Duration longestVacancy() {
        return ttl().multipliedBy(2).plusSeconds(1); // and then the lock delay
    }
}
