package dev.rollcall.etcd;

import dev.rollcall.tck.CandidateProcessGuarantees;
import dev.rollcall.tck.CoordinationConformance;
import dev.rollcall.tck.StoreUnderTest;
import dev.rollcall.tck.SuspendedCandidateGuarantees;

class EtcdCoordinationTest extends CoordinationConformance
        implements CandidateProcessGuarantees, SuspendedCandidateGuarantees {
    @Override
    protected StoreUnderTest openStore() {
        return new EtcdUnderTest();
    }
}
