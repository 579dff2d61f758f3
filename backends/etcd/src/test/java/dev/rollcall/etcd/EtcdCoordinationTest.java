package dev.rollcall.etcd;

import dev.rollcall.tck.CoordinationConformance;
import dev.rollcall.tck.StoreUnderTest;

class EtcdCoordinationTest extends CoordinationConformance {
    @Override
    protected StoreUnderTest openStore() {
        return new EtcdUnderTest();
    }
}
