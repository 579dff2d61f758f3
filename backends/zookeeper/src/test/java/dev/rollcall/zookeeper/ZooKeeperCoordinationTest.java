package dev.rollcall.zookeeper;

import dev.rollcall.tck.CandidateProcessGuarantees;
import dev.rollcall.tck.CoordinationConformance;
import dev.rollcall.tck.StoreUnderTest;
import dev.rollcall.tck.SuspendedCandidateGuarantees;

/** Elections and locks on one real server. */
class ZooKeeperCoordinationTest extends CoordinationConformance
        implements CandidateProcessGuarantees, SuspendedCandidateGuarantees {
    @Override
    protected StoreUnderTest openStore() {
        return new ZooKeeperUnderTest(1);
    }
}
