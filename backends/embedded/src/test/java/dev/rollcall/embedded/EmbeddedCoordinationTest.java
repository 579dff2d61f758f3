package dev.rollcall.embedded;

import dev.rollcall.tck.CoordinationConformance;
import dev.rollcall.tck.StoreUnderTest;

class EmbeddedCoordinationTest extends CoordinationConformance {
    @Override
    protected StoreUnderTest openStore() {
        return new EmbeddedUnderTest();
    }
}
