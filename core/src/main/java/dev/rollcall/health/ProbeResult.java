package dev.rollcall.health;

import static java.util.Objects.requireNonNull;

/**
 * What came of one probe. Immutable.
 *
 * @param passed whether the instance can serve
 * @param detail what was asked and what came back, for people, such as {@code GET http://10.0.0.5:80/health: HTTP 503}.
 *     It is logged, so it should hold no secret. Cut after 200 characters, control characters replaced
 */
public record ProbeResult(boolean passed, String detail) {
    private static final int MAX_DETAIL_CHARS = 200;

    public ProbeResult {
        requireNonNull(detail, "detail");
        detail = oneLine(detail);
    }

    /** The instance can serve. */
    public static ProbeResult passed(String detail) {
        return new ProbeResult(true, detail);
    }

    /** The instance can't serve, or that could not be found out. */
    public static ProbeResult failed(String detail) {
        return new ProbeResult(false, detail);
    }

    private static String oneLine(String text) {
        boolean cut = text.length() > MAX_DETAIL_CHARS;
        String kept = cut ? text.substring(0, MAX_DETAIL_CHARS) + "…" : text;
        return kept.chars().anyMatch(Character::isISOControl) ? kept.replaceAll("\\p{Cntrl}", "\ufffd") : kept;
    }
}
