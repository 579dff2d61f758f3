package dev.rollcall.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.rollcall.Instance;
import dev.rollcall.spi.Interner;
import dev.rollcall.tck.AnyInstance;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Whatever somebody writes into the store: an instance, or one line that says why it is none; in time, and nothing else. */
class FuzzTest {
    private final Interner strings = new Interner();
    private final List<InstanceFormat> formats = List.of(
            new KratosFormat(strings), new GoMicroFormat(strings), new KitexFormat(strings), new DiscoxFormat(strings));
    private final DubboUrl dubbo = new DubboUrl(strings);

    private static void decodes(Supplier<Instance> decoder) {
        try {
            assertThat(decoder.get()).isNotNull();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 2_000)
    void bytesOfAnyKind(@ForAll byte[] value) {
        String text = new String(value, StandardCharsets.UTF_8);
        for (InstanceFormat format : formats) {
            decodes(() -> format.read("orders", "h:1", value));
        }
        decodes(() -> dubbo.read("orders", text));
        assertThat(DubboUrl.id(text)).isNotEmpty();
    }

    /** Nearly right is where decoders fail. */
    @Property(tries = 2_000)
    void valuesWithSomeBytesChanged(@ForAll long seed) {
        Random random = new Random(seed);
        Instance instance = AnyInstance.from(random);
        for (InstanceFormat format : formats) {
            byte[] value = damaged(format.write(instance), random);
            decodes(() -> format.read(instance.service(), instance.endpoint().authority(), value));
        }
        String url = new String(
                damaged(dubbo.write(instance).getBytes(StandardCharsets.UTF_8), random), StandardCharsets.UTF_8);
        decodes(() -> dubbo.read("orders", url));
    }

    private static byte[] damaged(byte[] value, Random random) {
        if (value.length == 0) {
            return value;
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            value[random.nextInt(value.length)] =
                    (byte) (random.nextBoolean() ? random.nextInt(256) : "{}[]\":,\\0".charAt(random.nextInt(9)));
        }
        return random.nextInt(4) == 0 ? java.util.Arrays.copyOf(value, random.nextInt(value.length)) : value;
    }

    @Test
    void hugeAndDeepValuesAreRefusedBeforeTheyCostMuch() {
        List<String> values = List.of(
                "[".repeat(500_000),
                "{\"metadata\":" + "{\"a\":".repeat(100_000),
                "{\"nodes\":" + "[".repeat(100_000),
                "{\"weight\":" + "9".repeat(500_000) + "}",
                "{\"" + "a".repeat(500_000) + "\":1}",
                "{\"endpoints\":[" + "\"tcp://h:1\",".repeat(40_000) + "7]}",
                "x".repeat(2_000_000),
                "dubbo://h:1/a?" + "&".repeat(500_000),
                "dubbo://h:1/a?" + "a=%".repeat(150_000),
                "@".repeat(500_000));
        for (String value : values) {
            for (InstanceFormat format : formats) {
                decodes(() -> format.read("orders", "h:1", value.getBytes(StandardCharsets.UTF_8)));
            }
            decodes(() -> dubbo.read("orders", value));
        }
    }

    @Test
    void moreMetadataThanAnInstanceMayHaveIsRefused() {
        StringBuilder value =
                new StringBuilder("{\"address\":\"h:1\",\"endpoints\":[\"tcp://h:1\"],\"metadata\":{\"x\":\"\"");
        for (int i = 0; i < 100; i++) {
            value.append(",\"key").append(i).append("\":\"\"");
        }
        value.append("}}");
        try {
            formats.get(0).read("orders", "h:1", value.toString().getBytes(StandardCharsets.UTF_8));
            fail("expected to be refused");
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("metadata: 101 entries");
        }
    }
}
