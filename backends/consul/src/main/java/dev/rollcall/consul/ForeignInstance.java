package dev.rollcall.consul;

import dev.rollcall.Instance;
import dev.rollcall.spi.Interner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an entry that isn't Rollcall's says about an instance, while it is being read. Used by one thread. */
final class ForeignInstance {
    private static final String WEIGHT = "weight";

    /** The Meta, without zone and version. */
    final Map<String, String> metadata;

    final List<String> tags;
    /** Full URLs; empty if there is only an address and a port. */
    final List<String> urls = new ArrayList<>();

    String zone;
    String version;
    int weight;
    /** What is spoken at the address and port. */
    String scheme;

    /** What Consul's own fields say. */
    ForeignInstance(CatalogEntry entry, Interner strings) {
        metadata = new HashMap<>();
        entry.meta.forEach((key, value) -> metadata.put(strings.share(key), strings.share(value)));
        tags = new ArrayList<>(entry.tags);
        zone = orEmpty(metadata.remove(MetaKeys.ZONE));
        version = orEmpty(metadata.remove(MetaKeys.VERSION));
        entry.urls.forEach(url -> urls.add(withoutQuery(url)));
        scheme = scheme(entry.meta.get(MetaKeys.SECURE));
        boolean warning = entry.checks.stream().anyMatch(CatalogEntry.Check::warning);
        weight = Math.max(0, Math.min(Instance.MAX_WEIGHT, warning ? entry.warningWeight : entry.passingWeight));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String withoutQuery(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    /** Spring Cloud says in the Meta whether it speaks TLS; others say nothing. */
    private static String scheme(@Nullable String secure) {
        return secure == null ? "tcp" : secure.equalsIgnoreCase("true") ? "https" : "http";
    }

    /** Takes the weight from the metadata, where ecosystems put it that don't know Consul's own. */
    void weightFromMetadata() {
        String text = metadata.getOrDefault(WEIGHT, "");
        if (text.matches("[0-9]{1,7}") && Integer.parseInt(text) <= Instance.MAX_WEIGHT) {
            weight = Integer.parseInt(text);
        }
    }

    /** The Meta that tells those ecosystems the weight. */
    static Map<String, String> weightAsMetadata(Instance instance) {
        return instance.weight() == 1 ? Map.of() : Map.of(WEIGHT, Integer.toString(instance.weight()));
    }
}
