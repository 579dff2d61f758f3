package dev.rollcall.etcd;

import dev.rollcall.tck.Conformance;
import dev.rollcall.tck.StoreUnderTest;

/** Another ecosystem's layout is held to every law that our own is. */
class KratosConformanceTest extends Conformance {
    @Override
    protected StoreUnderTest openStore() {
        return new EtcdUnderTest("kratos");
    }
}
