package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.Instance;
import dev.rollcall.consul.GoMicroTag.Budget;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * As go-micro's Consul registry has it: metadata and version are tags, {@code t-} and {@code v-} with a {@link GoMicroTag} behind, one of {@code {"key":"value"}} for each entry;
 * legacy ones are plain, {@code t={"key":"value"}} and {@code v=1.4}. Tags that begin with {@code e} describe remote procedures, which an instance has no place for. A
 * service without version has {@code latest}. Stateless.
 *
 * <p>Design note. A reader of go-micro's takes the form of its tags, old or new, from the first that begins with the letter, whatever it is, and panics at one that is
 * nothing but that letter. So ours come first, and such tags aren't written.
 */
final class GoMicroLayout implements CatalogLayout {
    /** How much text an entry's tags may hold, unpacked: all metadata that an instance can have, and its JSON. */
    private static final int MAX_TEXT_BYTES = 128 * 1024;

    private static final Pattern TAG = Pattern.compile("[etv](-78[0-9a-f]{8,}|=.*)", Pattern.DOTALL);
    private static final String NO_VERSION = "latest";
    private static final String PROTOCOL = "protocol";
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public String name() {
        return "go-micro";
    }

    @Override
    public List<String> tags(Instance instance) {
        List<String> tags = new ArrayList<>(instance.metadata().size() + 1);
        instance.metadata().forEach((key, value) -> tags.add("t-" + GoMicroTag.encode(json(key, value))));
        tags.add("v-" + GoMicroTag.encode(instance.version().isEmpty() ? NO_VERSION : instance.version()));
        return tags;
    }

    private static String json(String key, String value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField(key, value);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    @Override
    public boolean bears(String tag) {
        return tag.length() != 1;
    }

    @Override
    public boolean wrote(CatalogEntry entry) {
        return entry.tags.stream().anyMatch(tag -> TAG.matcher(tag).matches());
    }

    @Override
    public void read(CatalogEntry entry, ForeignInstance found) {
        Budget budget = new Budget(MAX_TEXT_BYTES);
        found.version = "";
        found.tags.removeIf(tag -> TAG.matcher(tag).matches() && read(tag, found, budget));
        String zone = found.metadata.remove(MetaKeys.ZONE);
        found.zone = found.zone.isEmpty() && zone != null ? zone : found.zone;
        found.weightFromMetadata();
        String protocol = found.metadata.getOrDefault(PROTOCOL, "");
        if (protocol.equals("grpc") || protocol.equals("http")) {
            found.scheme = protocol;
        }
    }

    /** Reads a tag; false if it isn't go-micro's after all. */
    private static boolean read(String tag, ForeignInstance found, Budget budget) {
        if (tag.charAt(0) == 'e') {
            return true;
        }
        String rest = tag.substring(2);
        Optional<String> text = tag.charAt(1) == '=' ? Optional.of(rest) : GoMicroTag.decode(rest, budget);
        if (text.isEmpty()) {
            return false;
        }
        if (tag.charAt(0) == 't') {
            return metadata(text.get(), found.metadata);
        }
        found.version = found.version.isEmpty() ? text.get() : found.version;
        return true;
    }

    /** Adds all entries of an object, or none if one of them isn't a text. */
    private static boolean metadata(String text, Map<String, String> metadata) {
        Map<String, String> entries = new HashMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                if (json.nextToken() != JsonToken.VALUE_STRING) {
                    return false;
                }
                entries.put(key, json.getText());
            }
        } catch (IOException e) {
            return false;
        }
        metadata.putAll(entries);
        return true;
    }
}
