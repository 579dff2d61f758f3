package dev.rollcall.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.Origin;
import dev.rollcall.tck.AnyInstance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any instance comes back from any layout, and anything that stands in the catalogue is an instance or refused by name. */
class CatalogLayoutPropertyTest {
    private static final String[] ALL = CatalogLayouts.names().toArray(String[]::new);

    @Property(tries = 500)
    void anInstanceComesBack(@ForAll("instances") Instance instance, @ForAll("layouts") String layout) {
        Assume.that(isWritable(layout, instance));

        assertThat(CatalogAnswers.roundTrip(layout, instance, layout)).isEqualTo(instance);
        assertThat(CatalogAnswers.roundTrip(layout, instance, "native")).isEqualTo(instance);
        assertThat(CatalogAnswers.roundTrip(layout, instance, ALL))
                .isEqualTo(instance.withMetadata(Origin.KEY, layout));
    }

    /** Among them those whose metadata is as large as an instance's may be, which leaves no place to tell the origin. */
    @Property(tries = 500)
    void soDoInstancesOfEveryKind(@ForAll long seed, @ForAll("layouts") String layout) {
        Instance instance = AnyInstance.from(new Random(seed));
        Assume.that(isWritable(layout, instance));

        assertThat(CatalogAnswers.roundTrip(layout, instance, layout)).isEqualTo(instance);
        assertThat(CatalogAnswers.roundTrip(layout, instance, ALL)).isEqualTo(Origin.marked(instance, layout));
    }

    private static boolean isWritable(String layout, Instance instance) {
        try {
            CatalogAnswers.written(layout, instance);
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    @Property(tries = 1000)
    void anythingInTagsAndMetaIsAnInstanceOrRefused(
            @ForAll("texts") List<String> tags,
            @ForAll("metas") Map<String, String> meta,
            @ForAll("texts") List<String> urls) {
        CatalogEntry entry = new CatalogEntry();
        entry.id = "web-1";
        entry.name = "web";
        entry.address = "10.0.0.1";
        entry.tags = tags;
        entry.meta.putAll(meta);
        urls.forEach(url -> entry.urls.add("http://" + url));
        for (String layout : ALL) {
            try {
                assertThat(reader(layout).read(entry, "web").service()).isEqualTo("web");
                assertThat(reader(ALL).read(entry, "web").service()).isEqualTo("web");
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    @Property(tries = 1000)
    void anythingThatIsAnsweredIsEntriesOrRefused(@ForAll("json") String json) {
        try {
            for (CatalogEntry entry : CatalogReader.healthOfService(json.getBytes(StandardCharsets.UTF_8))) {
                reader(ALL).read(entry, "web");
            }
        } catch (IOException | IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    private static InstanceReader reader(String... layouts) {
        return new InstanceReader(new Interner(), new HealthRules(true, false), CatalogLayouts.of(List.of(layouts)));
    }

    @Provide
    Arbitrary<String> layouts() {
        return Arbitraries.of(CatalogLayouts.names());
    }

    @Provide
    Arbitrary<Instance> instances() {
        Arbitrary<String> names = Arbitraries.strings()
                .withChars("abcXYZ019.-_~%:é")
                .ofMinLength(1)
                .ofMaxLength(20)
                .filter(name -> !name.equals(".") && !name.equals(".."));
        Arbitrary<Endpoint> endpoints = Combinators.combine(
                        Arbitraries.of("http", "https", "grpc", "tcp"),
                        Arbitraries.of("10.0.0.1", "host-1.local", "2001:db8::1"),
                        Arbitraries.integers().between(0, 65_535))
                .as(Endpoint::new);
        Arbitrary<String> labels = Arbitraries.strings()
                .ascii()
                .ofMaxLength(20)
                .filter(text -> text.chars().noneMatch(Character::isISOControl));
        Arbitrary<String> values = Arbitraries.oneOf(
                labels,
                Arbitraries.of("é<>&\u2028", "x".repeat(600), "{\"k\":1}"),
                Arbitraries.strings().ascii().ofMaxLength(9));
        Arbitrary<String> keys = Arbitraries.oneOf(
                Arbitraries.of("tags", "weight", "secure", "zone", "version", "group", "a.b", "protocol"),
                Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(8));
        return Combinators.combine(
                        names,
                        names,
                        endpoints.list().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.integers().between(0, Instance.MAX_WEIGHT),
                        Arbitraries.of(Status.class),
                        labels,
                        labels,
                        Arbitraries.maps(keys, values).ofMaxSize(6))
                .as(Instance::new);
    }

    @Provide
    Arbitrary<List<String>> texts() {
        Arbitrary<String> marks = Arbitraries.of(
                "v-",
                "t-",
                "e-",
                "v=",
                "t=",
                "version=",
                "secure=",
                "789c",
                "{\"a\":\"b\"}",
                "{\"a\":1}",
                "[",
                "?",
                ":",
                "a:1");
        Arbitrary<String> words = Arbitraries.oneOf(marks, Arbitraries.strings().ofMaxLength(9));
        return words.list()
                .ofMaxSize(3)
                .map(parts -> String.join("", parts))
                .list()
                .ofMaxSize(5);
    }

    @Provide
    Arbitrary<Map<String, String>> metas() {
        Arbitrary<String> keys = Arbitraries.of(
                "secure",
                "zone",
                "version",
                "weight",
                "protocol",
                MetaKeys.CHECK,
                MetaKeys.ID,
                MetaKeys.ENDPOINTS,
                MetaKeys.STATUS,
                MetaKeys.WEIGHT,
                MetaKeys.MORE,
                MetaKeys.LAYOUT,
                MetaKeys.ADDED,
                MetaKeys.SERVICE);
        Arbitrary<String> values = Arbitraries.oneOf(
                Arbitraries.of(
                        "true",
                        "1",
                        "http://a:1",
                        "up",
                        "{}",
                        "{\"metadata\":{\"a\":[]}}",
                        "{\"metadata\":[]}",
                        "99999999999"),
                Arbitraries.strings().ofMaxLength(9));
        return Arbitraries.maps(keys, values).ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> json() {
        Arbitrary<String> parts = Arbitraries.of(
                "[",
                "]",
                "{",
                "}",
                ",",
                ":",
                "null",
                "1",
                "\"x\"",
                "\"Service\"",
                "\"Node\"",
                "\"Checks\"",
                "\"Tags\"",
                "\"Meta\"",
                "\"TaggedAddresses\"",
                "\"Weights\"",
                "\"Address\"",
                "\"Port\"",
                "[{\"Service\":{",
                "\"ID\":\"a\",",
                "}}]",
                "[{}]");
        return Arbitraries.oneOf(
                parts.list().ofMaxSize(12).map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(30));
    }
}
