package dev.rollcall.jackson;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.config.Decoder;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Decodes JSON or YAML with Jackson, into records and other types that Jackson knows to make. Immutable; safe for use by many threads.
 *
 * <p>Strict: unknown and repeated fields, numbers in quotes, fractions for whole numbers, {@code null} for or nothing at all for a primitive, and
 * whatever follows the value, are errors. A missing field of another type is null, for the constructor to judge or to fill in. No type is ever named by the text: there is no default
 * typing. A text may nest {@value #MAX_DEPTH} levels deep.
 *
 * <p>Error messages say the line and column, and may repeat the field's value.
 *
 * @param <T> the value's type, immutable
 */
public final class JacksonDecoder<T> implements Decoder<T> {
    private static final int MAX_DEPTH = 50;
    private static final int MAX_NUMBER_CHARS = 100;
    private static final int MAX_NAME_CHARS = 1_000;
    private static final int MAX_ALIASES = 50;
    private static final ObjectMapper JSON = strict(JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(limits()).build()))
            .build();
    private static final ObjectMapper YAML = strict(YAMLMapper.builder(YAMLFactory.builder()
                    .streamReadConstraints(limits())
                    .loaderOptions(yamlLimits())
                    .build()))
            .build();

    private final ObjectReader reader;

    private JacksonDecoder(ObjectReader reader) {
        this.reader = reader;
    }

    /** Decodes JSON (RFC 8259). */
    public static <T> JacksonDecoder<T> json(Class<T> type) {
        return new JacksonDecoder<>(JSON.readerFor(requireNonNull(type, "type")));
    }

    /** Decodes JSON into a type with parameters: {@code new TypeReference<List<Rule>>() {}}. */
    public static <T> JacksonDecoder<T> json(TypeReference<T> type) {
        return new JacksonDecoder<>(JSON.readerFor(requireNonNull(type, "type")));
    }

    /** Decodes YAML 1.1, one document. */
    public static <T> JacksonDecoder<T> yaml(Class<T> type) {
        return new JacksonDecoder<>(YAML.readerFor(requireNonNull(type, "type")));
    }

    /** Decodes YAML into a type with parameters: {@code new TypeReference<List<Rule>>() {}}. */
    public static <T> JacksonDecoder<T> yaml(TypeReference<T> type) {
        return new JacksonDecoder<>(YAML.readerFor(requireNonNull(type, "type")));
    }

    /**
     * Decodes as a mapper of your own does, in whatever format that is for, with its modules and with its features and limits
     * instead of those that are said above.
     *
     * @param mapper not configured any further from now on
     */
    public static <T> JacksonDecoder<T> of(ObjectMapper mapper, Class<T> type) {
        return new JacksonDecoder<>(mapper.readerFor(requireNonNull(type, "type")));
    }

    @Override
    public T decode(String text) {
        T value;
        try {
            value = reader.readValue(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(message(e), e);
        }
        if (value == null) {
            throw new IllegalArgumentException("empty, or null (expected: a value)");
        }
        return value;
    }

    private static String message(JsonProcessingException failure) {
        JsonLocation where = failure.getLocation();
        String field = failure instanceof JsonMappingException mapping ? mapping.getPathReference() : "";
        String place = where == null || where.getLineNr() < 1
                ? ""
                : "line " + where.getLineNr() + ", column " + where.getColumnNr() + ": ";
        return place + failure.getOriginalMessage() + (field.isEmpty() ? "" : " (at " + field + ")");
    }

    private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B strict(B builder) {
        return builder.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
                        DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(MapperFeature.BLOCK_UNSAFE_POLYMORPHIC_BASE_TYPES);
    }

    private static StreamReadConstraints limits() {
        return StreamReadConstraints.builder()
                .maxDocumentLength(ConfigEntry.MAX_TEXT_BYTES)
                .maxStringLength(ConfigEntry.MAX_TEXT_BYTES)
                .maxNestingDepth(MAX_DEPTH)
                .maxNumberLength(MAX_NUMBER_CHARS)
                .maxNameLength(MAX_NAME_CHARS)
                .build();
    }

    private static LoaderOptions yamlLimits() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(ConfigEntry.MAX_TEXT_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        return options;
    }
}
