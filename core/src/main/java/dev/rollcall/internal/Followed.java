package dev.rollcall.internal;

import dev.rollcall.Reading;
import dev.rollcall.Snapshot;

/** What views of a service show. Its one writer is the event loop. */
interface Followed {

    Observed<Reading<Snapshot>> reading();

    /** The last known snapshot, empty while nothing is known. */
    Snapshot snapshot();

    long undecodable();

    /** Begins a record of who leaves. */
    DepartureLog recordDepartures();
}
