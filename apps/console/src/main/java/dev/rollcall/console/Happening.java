package dev.rollcall.console;

/**
 * One line of the timeline. Immutable.
 *
 * @param number counts the lines since the console started, from 1
 * @param atMillis when the console saw it, in milliseconds since 1970
 * @param instance the instance's id; empty where it concerns several, or the whole service
 * @param text what happened, and why as far as the store shows it
 */
record Happening(long number, long atMillis, Kind kind, String service, String instance, String text) {

    /** What happened; the page has a colour and a sign for each. */
    enum Kind {
        CAME,
        CHANGED,
        DRAINING,
        OUT,
        UP,
        LEFT,
        LOST,
        STALE,
        FRESH,
        /** An operator asks something of it. */
        ASKED,
        EJECTED,
        RETURNED;

        String json() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
