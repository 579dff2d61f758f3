package dev.rollcall.spi;

import static java.util.Objects.requireNonNull;

/**
 * One thing that was looked at, how it is, and what to do about it. Immutable; shows no secret.
 *
 * @param verdict how it is
 * @param check what was looked at, in a word or two, such as {@code version}
 * @param text what was found, in one line
 * @param remedy what to do, in one line; empty if there is nothing to do
 */
public record Finding(Verdict verdict, String check, String text, String remedy) {

    /** How something is. */
    public enum Verdict {
        /** As it should be. */
        OK,
        /** It works, but may not for long, or not for everybody. */
        WARN,
        /** It does not work. */
        FAIL
    }

    public Finding {
        requireNonNull(verdict, "verdict");
        requireNonNull(check, "check");
        requireNonNull(text, "text");
        requireNonNull(remedy, "remedy");
    }

    /** Something that is as it should be. */
    public static Finding ok(String check, String text) {
        return new Finding(Verdict.OK, check, text, "");
    }

    /** Something that works, but should be looked after. */
    public static Finding warn(String check, String text, String remedy) {
        return new Finding(Verdict.WARN, check, text, remedy);
    }

    /** Something that does not work. */
    public static Finding fail(String check, String text, String remedy) {
        return new Finding(Verdict.FAIL, check, text, remedy);
    }
}
