package dev.rollcall.tck;

/**
 * The part of the conformance kit that how instances are written can break: registering, leaving, views, outages and losses. For each further layout of a backend
 * that passes the whole of {@link Conformance} in its first.
 */
public abstract class LayoutConformance extends StoreTestbed
        implements RegistrationGuarantees, LeavingGuarantees, ViewGuarantees, OutageGuarantees, LossGuarantees {

    /** For subclasses, which JUnit makes. */
    protected LayoutConformance() {}
}
