package dev.rollcall.etcd;

import dev.rollcall.spi.Finding;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of etcd, and what is known of it. */
record EtcdVersion(String text, int major, int minor, int patch) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,6}).*");

    static EtcdVersion of(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches()
                ? new EtcdVersion(
                        text,
                        Integer.parseInt(parts.group(1)),
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3)))
                : new EtcdVersion(text, 0, 0, 0);
    }

    Finding finding() {
        String name = "etcd " + text;
        if (major == 0) {
            return Finding.warn(
                    "version", "it calls itself \"" + text + "\"", "Rollcall is tested with etcd 3.4 and later");
        }
        if (major < 3 || (major == 3 && minor < 4)) {
            return Finding.fail("version", name + " is too old", "use etcd 3.4 or later");
        }
        if (major == 3 && minor == 5 && patch < 3) {
            // https://github.com/etcd-io/etcd/tree/main/Documentation/postmortems/v3.5-data-inconsistency.md
            return Finding.warn(
                    "version",
                    name + " can lose consistency between members when one is killed",
                    "upgrade to etcd 3.5.3 or later");
        }
        return Finding.ok("version", name);
    }
}
