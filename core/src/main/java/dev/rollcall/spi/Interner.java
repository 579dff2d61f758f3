package dev.rollcall.spi;

/**
 * Shares equal strings among the values that a backend decodes, so that the zone that a hundred thousand instances name
 * is in memory once. Bounded and lossy: a fixed table in which a newcomer takes its slot's place, so hostile input costs
 * no more memory than none. Safe for use by many threads: strings are immutable, and a lost race costs a copy.
 */
public final class Interner {
    private static final int SLOTS = 1 << 12;
    private static final int MAX_SHARED_CHARS = 64;

    private final String[] table = new String[SLOTS];

    /** An empty table, 16 KiB at the most. */
    public Interner() {}

    /** A string equal to {@code text}: an earlier one where the table still has it, else {@code text} itself. */
    public String share(String text) {
        if (text.length() > MAX_SHARED_CHARS) {
            return text;
        }
        int hash = text.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        String known = table[slot];
        if (text.equals(known)) {
            return known;
        }
        table[slot] = text;
        return text;
    }
}
