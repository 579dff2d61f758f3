package dev.rollcall.tck;

/**
 * The conformance kit. A backend passes it when a subclass that opens its store passes; one test a sentence of the guarantees G1 to
 * G10, and one a scenario in which others fail. Tests run one after the other, each at an empty part of one store, through the public API
 * and in real time; together they take a minute or two.
 *
 * <pre>{@code
 * class EtcdConformanceTest extends Conformance implements ProcessGuarantees {
 *     @Override
 *     protected StoreUnderTest openStore() {
 *         return new EtcdUnderTest();
 *     }
 * }
 * }</pre>
 */
public abstract class Conformance extends LayoutConformance
        implements ResourceGuarantees, ConfigGuarantees, ConfigWriteGuarantees, OverrideGuarantees {

    /** For subclasses, which JUnit makes. */
    protected Conformance() {}
}
