package dev.rollcall.internal;

/** How untrusted text is shown in messages: quoted, without control characters, and not longer than a line. */
public final class Text {
    private static final int MAX_SHOWN_CHARS = 100;

    private Text() {}

    /** In quotes and without control characters. */
    public static String quoted(String text) {
        StringBuilder shown = new StringBuilder("\"");
        for (int i = 0; i < Math.min(text.length(), MAX_SHOWN_CHARS); i++) {
            char c = text.charAt(i);
            shown.append(Character.isISOControl(c) ? '\ufffd' : c);
        }
        if (text.length() > MAX_SHOWN_CHARS) {
            shown.append("… (").append(text.length()).append(" characters)");
            return shown.toString();
        }
        return shown.append('"').toString();
    }

    /** On one line, without control characters, and not longer than {@code maxChars}. */
    public static String onOneLine(String text, int maxChars) {
        StringBuilder shown = new StringBuilder();
        for (String line : text.strip().split("\\R", -1)) {
            shown.append(shown.isEmpty() ? "" : " ").append(line.strip());
        }
        for (int i = 0; i < shown.length(); i++) {
            if (Character.isISOControl(shown.charAt(i))) {
                shown.setCharAt(i, '\ufffd');
            }
        }
        return shown.length() <= maxChars ? shown.toString() : shown.substring(0, maxChars) + "…";
    }

    /** Whether the text can be written as UTF-8 and read again: no half of a surrogate pair stands alone. */
    public static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** Whether the text can name something in every store: visible characters only, no {@code /}, neither . nor .. */
    public static boolean isName(String text, int maxChars) {
        if (text.isEmpty() || text.length() > maxChars || text.equals(".") || text.equals("..")) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '/'
                    || Character.isISOControl(c)
                    || Character.isWhitespace(c)
                    || Character.isSurrogate(c)
                    || (c >= '\ue000' && c <= '\uf8ff')
                    || c >= '\ufff0') {
                return false;
            }
        }
        return true;
    }
}
