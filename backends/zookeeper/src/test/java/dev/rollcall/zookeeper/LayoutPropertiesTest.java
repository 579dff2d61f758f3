package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.spi.StoreUri;
import dev.rollcall.tck.AnyInstance;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.zookeeper.common.PathUtils;

/** What holds for any instance and any bytes, in every layout. */
class LayoutPropertiesTest {
    private static final String DAMAGE = "{}[]\",:\\0e-%/?&=+ \u0000\u00ff\uffff";

    private final Map<String, Layout> layouts = Layouts.NAMES.stream()
            .collect(Collectors.toMap(
                    name -> name,
                    name -> Layouts.of(StoreUri.parse("zookeeper://h?root=/r&layout=" + name), "")
                            .first()));

    @Provide
    Arbitrary<String> anyLayout() {
        return Arbitraries.of(Layouts.NAMES);
    }

    @Property(tries = 2000)
    void whatIsWrittenIsReadBack(@ForAll("anyLayout") String name, @ForAll long seed) throws Exception {
        Layout layout = layouts.get(name);
        Instance instance = AnyInstance.from(new Random(seed));

        String node = layout.node(instance);
        byte[] data = layout.write(instance, 1_700_000_000_000L);
        PathUtils.validatePath(layout.service(instance.service()) + "/" + node);

        assertThat(layout.read(instance.service(), node, data)).isEqualTo(instance.withId(layout.id(node)));
        assertThat(layout.serviceName(layout.child(instance.service()))).contains(instance.service());
    }

    @Property(tries = 3000)
    void noBytesMakeAReaderFailInAnyOtherWayThanThatTheyAreNoInstance(
            @ForAll("anyLayout") String name, @ForAll byte[] data, @ForAll String node) {
        read(layouts.get(name), node, data);
        readVector(data);
    }

    @Property(tries = 3000)
    void neitherDoDamagedInstances(@ForAll("anyLayout") String name, @ForAll long seed) {
        Random random = new Random(seed);
        Layout layout = layouts.get(name);
        Instance instance = AnyInstance.from(random);
        byte[] data = layout.write(instance, 1);
        StringBuilder node = new StringBuilder(layout.node(instance));
        for (int i = random.nextInt(4); i >= 0; i--) {
            if (data.length > 0) {
                data[random.nextInt(data.length)] = (byte) DAMAGE.charAt(random.nextInt(DAMAGE.length()));
            }
            node.setCharAt(random.nextInt(node.length()), DAMAGE.charAt(random.nextInt(DAMAGE.length())));
        }
        read(layout, node.toString(), data);
    }

    @Property(tries = 2000)
    void norDoesNesting(@ForAll("anyLayout") String name, @ForAll long seed) {
        Random random = new Random(seed);
        List<String> words = List.of(
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "null",
                "1e999",
                "-1",
                "\"serviceEndpoint\"",
                "\"vector\"",
                "\"payload\"",
                "\"metadata\"",
                "\"nodes\"",
                "\"endpoints\"",
                "\"weight\"",
                "\"select\"",
                "\"shard=0\"",
                "\"uriSpec\"");
        StringBuilder text = new StringBuilder("{");
        for (int i = random.nextInt(60); i >= 0; i--) {
            text.append(words.get(random.nextInt(words.size())));
        }
        byte[] data = text.toString().getBytes(StandardCharsets.UTF_8);
        read(layouts.get(name), "10.0.0.1:80", data);
        readVector(data);
    }

    private static void read(Layout layout, String node, byte[] data) {
        try {
            Instance read = layout.read("orders", node, data);
            assertThat(read.service()).isEqualTo("orders");
            assertThat(read.id()).isEqualTo(layout.id(node));
        } catch (InstanceReader.MalformedException | IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void readVector(byte[] data) {
        try {
            assertThat(ServersetVector.read(data).weightOf(Instance.of("orders", "tcp://h:1")))
                    .isNotNegative();
        } catch (InstanceReader.MalformedException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
