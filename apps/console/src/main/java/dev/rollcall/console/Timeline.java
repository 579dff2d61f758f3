package dev.rollcall.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The latest happenings, of which the oldest are forgotten. Confined to the board's thread. */
final class Timeline {
    /** How many are remembered, and shown to a page that is opened now. */
    static final int CAPACITY = 1_000;

    private final Deque<Happening> latest = new ArrayDeque<>();
    private long last;

    void add(long atMillis, Happening.Kind kind, String service, String instance, String text) {
        if (latest.size() == CAPACITY) {
            latest.removeFirst();
        }
        latest.addLast(new Happening(++last, atMillis, kind, service, instance, text));
    }

    /** The number of the latest; 0 if there is none. */
    long last() {
        return last;
    }

    /** Those that came after a number and are remembered, the oldest first. */
    List<Happening> after(long number) {
        List<Happening> later = new ArrayList<>();
        for (Iterator<Happening> newestFirst = latest.descendingIterator(); newestFirst.hasNext(); ) {
            Happening happening = newestFirst.next();
            if (happening.number() <= number) {
                break;
            }
            later.add(happening);
        }
        Collections.reverse(later);
        return later;
    }
}
