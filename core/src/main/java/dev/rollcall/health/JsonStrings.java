package dev.rollcall.health;

import java.util.HashMap;
import java.util.Map;

/**
 * The string members of one JSON object (RFC 8259); of whatever else it holds only the form is looked at. Here because the
 * core has no JSON library, and a stranger's answer deserves no lenient reading. Used by one thread.
 */
final class JsonStrings {
    private static final int MAX_DEPTH = 32;

    private final String text;
    private int at;

    private JsonStrings(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException if the text isn't one JSON object, or nested deeper than 32 levels */
    static Map<String, String> of(String text) {
        JsonStrings reader = new JsonStrings(text);
        Map<String, String> strings = new HashMap<>();
        reader.object(strings, 0);
        reader.space();
        if (reader.at < text.length()) {
            throw reader.unexpected("the end");
        }
        return strings;
    }

    private void object(Map<String, String> strings, int depth) {
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
                strings.put(name, string());
            } else {
                strings.remove(name);
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
