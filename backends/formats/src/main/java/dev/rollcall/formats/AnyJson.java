package dev.rollcall.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.spi.Interner;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON values of any type, which others put where Rollcall has text. Stateless. */
public final class AnyJson {
    private AnyJson() {}

    /**
     * The value that the parser stands at as text: an object or array as JSON, null for {@code null}.
     *
     * @param json writes what is structured
     */
    public static @Nullable String text(JsonParser value, JsonFactory json) throws IOException {
        JsonToken token = value.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (!token.isStructStart()) {
            return value.getText();
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator copy = json.createGenerator(text)) {
            copy.copyCurrentStructure(value);
        }
        return text.toString();
    }

    /**
     * The fields of the object that the parser stands at the beginning of, as text; those that are null are left out.
     *
     * @param json writes what is structured
     */
    public static Map<String, String> entries(JsonParser object, JsonFactory json, Interner strings)
            throws IOException {
        Map<String, String> entries = new HashMap<>();
        while (object.nextToken() == JsonToken.FIELD_NAME) {
            String key = strings.share(object.currentName());
            object.nextToken();
            String value = text(object, json);
            if (value != null) {
                entries.put(key, strings.share(value));
            }
        }
        return entries;
    }
}
