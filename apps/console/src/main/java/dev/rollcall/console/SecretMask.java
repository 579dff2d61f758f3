package dev.rollcall.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides what looks like a secret in a configuration text: whole texts whose key sounds like one, and else the values of names that do, private keys, and
 * passwords in URLs. It rather hides too much; what a secret is called otherwise, it can't know.
 */
final class SecretMask {
    static final String HIDDEN = "••••••••";

    private static final String NAME =
            "(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|api[-_.]?key|private[-_.]?key"
                    + "|access[-_.]?key|signing[-_.]?key|encryption[-_.]?key)";
    private static final Pattern SECRET_NAME = Pattern.compile(NAME, Pattern.CASE_INSENSITIVE);

    /** A name, quoted or not, and a value up to its closing quote or, without quotes, the end of the line. */
    private static final Pattern ASSIGNED = Pattern.compile(
            "([\"']?[\\w.\\-]*" + NAME + "[\\w.\\-]*[\"']?\\s*[:=]\\s*)(\"(?:[^\"\\\\]|\\\\.)*+\"|'[^']*+'|\\S.*|$)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern PRIVATE_KEY = Pattern.compile(
            "-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)", Pattern.DOTALL);
    private static final Pattern URL_PASSWORD = Pattern.compile("(://[^\\s/:@]*:)[^\\s/@]+(@)");

    private SecretMask() {}

    /** What may be shown of the text at a key; the text itself if nothing in it looks like a secret. */
    static String mask(String key, String text) {
        if (SECRET_NAME.matcher(key).find()) {
            return text.isEmpty() ? text : HIDDEN;
        }
        String masked = PRIVATE_KEY.matcher(text).replaceAll(HIDDEN);
        masked = URL_PASSWORD.matcher(masked).replaceAll("$1" + HIDDEN + "$2");
        return SECRET_NAME.matcher(masked).find() ? maskLines(masked) : masked;
    }

    private static String maskLines(String text) {
        List<String> lines = new ArrayList<>();
        int secretIndent = -1;
        for (String line : text.split("\n", -1)) {
            int indent = line.length() - line.stripLeading().length();
            if (secretIndent >= 0 && (line.isBlank() || indent > secretIndent)) {
                lines.add(line.isBlank() ? line : " ".repeat(indent) + HIDDEN);
                continue;
            }
            Matcher assigned = ASSIGNED.matcher(line);
            // What is written over several lines stands deeper: YAML's blocks, pretty JSON's objects and lists.
            secretIndent = assigned.find() ? indent : -1;
            lines.add(assigned.replaceAll("$1" + HIDDEN));
        }
        return String.join("\n", lines);
    }
}
