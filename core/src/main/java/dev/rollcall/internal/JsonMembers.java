package dev.rollcall.internal;

import java.util.HashMap;
import java.util.Map;

/**
 * The members of one JSON object (RFC 8259), as far as they are simple; of whatever else it holds only the form is looked at.
 * Here because the core has no JSON library, and a stranger's answer deserves no lenient reading. Used by one thread.
 */
public final class JsonMembers {
    private static final int MAX_DEPTH = 32;

    private final String text;
    private final boolean literals;
    private int at;

    private JsonMembers(String text, boolean literals) {
        this.text = text;
        this.literals = literals;
    }

    /**
     * The members that are strings.
     *
     * @throws IllegalArgumentException if the text isn't one JSON object, or nested deeper than 32 levels
     */
    public static Map<String, String> strings(String text) {
        return new JsonMembers(text, false).whole();
    }

    /** The members that are strings, numbers, true, false or null, each as it is written, but strings without quotes; as {@link #strings}. */
    static Map<String, String> scalars(String text) {
        return new JsonMembers(text, true).whole();
    }

    /** A text as a JSON string, in ASCII. */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private Map<String, String> whole() {
        Map<String, String> members = new HashMap<>();
        object(members, 0);
        space();
        if (at < text.length()) {
            throw unexpected("the end");
        }
        return members;
    }

    private void object(Map<String, String> members, int depth) {
        expect('{');
        if (skip('}')) {
            return;
        }
        do {
            space();
            String name = string();
            expect(':');
            space();
            if (peek() == '"') {
                members.put(name, string());
            } else if (literals && peek() != '{' && peek() != '[') {
                int start = at;
                literal();
                members.put(name, text.substring(start, at));
            } else {
                members.remove(name);
                value(depth + 1);
            }
        } while (skip(','));
        expect('}');
    }

    private void value(int depth) {
        if (depth > MAX_DEPTH) {
            throw unexpected("at most " + MAX_DEPTH + " levels");
        }
        space();
        switch (peek()) {
            case '"' -> string();
            case '{' -> object(new HashMap<>(), depth);
            case '[' -> array(depth);
            default -> literal();
        }
    }

    private void array(int depth) {
        expect('[');
        if (skip(']')) {
            return;
        }
        do {
            value(depth + 1);
        } while (skip(','));
        expect(']');
    }

    private void literal() {
        int start = at;
        while (at < text.length() && "+-.0123456789abcdefghijklmnopqrstuvwxyzE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (!text.substring(start, at).matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            at = start;
            throw unexpected("a value");
        }
    }

    private String string() {
        if (peek() != '"') {
            throw unexpected("a string");
        }
        at++;
        StringBuilder string = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                return string.toString();
            }
            if (c < ' ') {
                throw unexpected("no control character");
            }
            string.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw unexpected("an escape");
        };
    }

    private char hexadecimal() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw unexpected("four hexadecimal digits");
            }
            value = value * 16 + digit;
        }
        return (char) value;
    }

    private void expect(char wanted) {
        if (!skip(wanted)) {
            throw unexpected("'" + wanted + "'");
        }
    }

    private boolean skip(char wanted) {
        space();
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** The next character, or one that no JSON begins with at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private char next() {
        if (at >= text.length()) {
            throw unexpected("more");
        }
        return text.charAt(at++);
    }

    private IllegalArgumentException unexpected(String wanted) {
        return new IllegalArgumentException("no JSON object at character " + at + " (expected: " + wanted + ")");
    }
}
