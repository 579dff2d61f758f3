package dev.rollcall.embedded;

import dev.rollcall.tck.Conformance;
import dev.rollcall.tck.StoreUnderTest;

/** The conformance kit on a server inside this process. */
class EmbeddedConformanceTest extends Conformance {
    @Override
    protected StoreUnderTest openStore() {
        return new EmbeddedUnderTest();
    }
}
