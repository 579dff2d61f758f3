package dev.rollcall.cli;

/** Colours, and text of unknown origin made fit for a terminal. */
enum Style {
    PLAIN(""),
    BOLD("\u001b[1m"),
    DIM("\u001b[2m"),
    RED("\u001b[31m"),
    GREEN("\u001b[32m"),
    YELLOW("\u001b[33m"),
    MAGENTA("\u001b[35m");

    private static final String RESET = "\u001b[0m";

    private final String start;

    Style(String start) {
        this.start = start;
    }

    String apply(String text, boolean colours) {
        return colours && this != PLAIN && !text.isEmpty() ? start + text + RESET : text;
    }

    /** Text from a registry could move the cursor or recolour the screen: control characters are replaced. */
    static String visible(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return text.codePoints()
                        .map(c -> Character.isISOControl(c) ? '\ufffd' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    /** As {@link #visible}, with line breaks and what is around them as one space. */
    static String oneLine(String text) {
        return visible(text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
    }
}
