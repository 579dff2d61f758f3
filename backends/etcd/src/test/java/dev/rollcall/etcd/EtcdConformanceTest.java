package dev.rollcall.etcd;

import dev.rollcall.tck.Conformance;
import dev.rollcall.tck.ProcessGuarantees;
import dev.rollcall.tck.StoreUnderTest;

class EtcdConformanceTest extends Conformance implements ProcessGuarantees {
    @Override
    protected StoreUnderTest openStore() {
        return new EtcdUnderTest();
    }
}
