package dev.rollcall.tck;

/**
 * The part of the conformance kit that is about elections and locks, which not every use of a store needs. It is to {@link dev.rollcall.spi.ClaimStore} what {@link
 * Conformance} is to the rest of a backend, and works like that.
 */
public abstract class CoordinationConformance extends StoreTestbed implements ElectionGuarantees, LockGuarantees {

    /** For subclasses, which JUnit makes. */
    protected CoordinationConformance() {}
}
