package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.Origin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes instances of what is in Consul's catalogue: of Rollcall's own entries all that was registered ({@link RegistrationJson}); of others
 * their id and node, addresses, tags, weights and Meta, with {@code zone} and {@code version} taken from the Meta, and what the {@link CatalogLayout} says that
 * has written them. Stateless but for what is shared among the strings.
 */
final class InstanceReader {
    private static final JsonFactory JSON = new JsonFactory();

    private final Interner strings;
    private final HealthRules rules;
    private final CatalogLayouts layouts;

    InstanceReader(Interner strings, HealthRules rules, CatalogLayouts layouts) {
        this.strings = strings;
        this.rules = rules;
        this.layouts = layouts;
    }

    /** Whether the entry stands for no instance any more. */
    boolean isGone(CatalogEntry entry) {
        return entry.isDead() || (rules.criticalIsGone() && isCritical(entry));
    }

    /**
     * The instance.
     *
     * @param service its name for Rollcall's users
     * @throws IllegalArgumentException if the entry is none; the message says why
     */
    Instance read(CatalogEntry entry, String service) {
        if (entry.isOwn()) {
            return from(entry.meta.getOrDefault(MetaKeys.LAYOUT, NativeLayout.NAME), own(entry, service));
        }
        CatalogLayout layout = layouts.of(entry);
        return from(layout.name(), foreign(entry, service, layout));
    }

    private Instance from(String layout, Instance instance) {
        return layouts.isSeveral() ? Origin.marked(instance, strings.share(layout)) : instance;
    }

    private Instance own(CatalogEntry entry, String service) {
        Map<String, String> metadata = new HashMap<>();
        Map<String, String> fields = new HashMap<>();
        entry.meta.forEach((key, value) -> {
            if (key.startsWith(MetaKeys.RESERVED) || key.equals(MetaKeys.ZONE) || key.equals(MetaKeys.VERSION)) {
                fields.put(key, value);
            } else {
                metadata.put(strings.share(key), strings.share(value));
            }
        });
        more(fields, metadata);
        boolean isNative = !fields.containsKey(MetaKeys.LAYOUT);
        if (!isNative) {
            List.of(fields.getOrDefault(MetaKeys.ADDED, "").split(",", -1)).forEach(metadata::remove);
        }
        String id = fields.get(MetaKeys.ID);
        String endpoints = fields.get(MetaKeys.ENDPOINTS);
        if (id == null || endpoints == null) {
            throw new IllegalArgumentException("no " + (id == null ? MetaKeys.ID : MetaKeys.ENDPOINTS)
                    + " in its Meta (expected beside " + MetaKeys.CHECK + ")");
        }
        String written = fields.get(MetaKeys.STATUS);
        Status status = written == null ? Status.UP : StatusName.parse(written);
        String weight = fields.get(MetaKeys.WEIGHT);
        return new Instance(
                service,
                id,
                endpoints(List.of(endpoints.split(" ", -1))),
                weight == null ? entry.passingWeight : Integer.parseInt(weight),
                status(entry, status),
                strings.share(fields.getOrDefault(MetaKeys.ZONE, "")),
                strings.share(fields.getOrDefault(MetaKeys.VERSION, "")),
                isNative ? withTags(entry.tags, metadata) : metadata);
    }

    private Instance foreign(CatalogEntry entry, String service, CatalogLayout layout) {
        ForeignInstance found = new ForeignInstance(entry, strings);
        layout.read(entry, found);
        List<Endpoint> endpoints = endpoints(found.urls);
        if (endpoints.isEmpty()) {
            String host = entry.address.isEmpty() ? entry.nodeAddress : entry.address;
            endpoints = List.of(new Endpoint(found.scheme, host, entry.port));
        }
        return new Instance(
                service,
                ServiceId.ofForeign(entry.id, entry.node),
                endpoints,
                found.weight,
                status(entry, Status.UP),
                strings.share(found.zone),
                strings.share(found.version),
                withTags(found.tags, found.metadata));
    }

    private Status status(CatalogEntry entry, Status declared) {
        if (declared != Status.UP) {
            return declared;
        }
        CatalogEntry.Check heartbeat = entry.heartbeat(); // of ours; it warns a little longer than the status says so
        boolean warning = entry.checks.stream().anyMatch(check -> check.warning() && !check.equals(heartbeat));
        return isCritical(entry) || (warning && !rules.warningServes()) ? Status.OUT_OF_SERVICE : Status.UP;
    }

    private static boolean isCritical(CatalogEntry entry) {
        return entry.checks.stream().anyMatch(CatalogEntry.Check::critical);
    }

    private Map<String, String> withTags(List<String> tags, Map<String, String> metadata) {
        if (!tags.isEmpty()) {
            metadata.put(MetaKeys.TAGS, strings.share(String.join(",", tags)));
        }
        return metadata;
    }

    private List<Endpoint> endpoints(List<String> texts) {
        List<Endpoint> endpoints = new ArrayList<>(texts.size());
        for (String text : texts) {
            Endpoint endpoint = Endpoint.parse(text);
            endpoints.add(new Endpoint(strings.share(endpoint.scheme()), endpoint.host(), endpoint.port()));
        }
        return endpoints;
    }

    private static void more(Map<String, String> fields, Map<String, String> metadata) {
        StringBuilder text = new StringBuilder();
        for (int part = 0; part < MetaKeys.MAX_ENTRIES; part++) {
            String next = fields.remove(MetaKeys.more(part));
            if (next == null) {
                break;
            }
            text.append(next);
        }
        if (text.isEmpty()) {
            return;
        }
        try (JsonParser json = JSON.createParser(text.toString())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException(MetaKeys.MORE + ": not a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    fields.put(name, json.getText());
                    continue;
                }
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String key = json.currentName();
                    json.nextToken();
                    metadata.put(key, json.getText());
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(MetaKeys.MORE + ": not JSON", e);
        }
    }
}
