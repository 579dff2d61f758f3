package dev.rollcall.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.spi.Interner;
import dev.rollcall.tck.AnyInstance;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Any instance is read back as it was written, but for the id where the format derives that. */
class RoundTripTest {
    private static final int TRIES = 1_000;
    private final Interner strings = new Interner();

    @Property(tries = TRIES)
    void throughTheFormatsThatKeepTheId(@ForAll long seed) {
        Instance instance = AnyInstance.from(new Random(seed));
        for (InstanceFormat format :
                List.of(new KratosFormat(strings), new GoMicroFormat(strings), new KitexFormat(strings))) {
            assertThat(format.read(instance.service(), instance.id(), format.write(instance)))
                    .as(format.getClass().getSimpleName())
                    .isEqualTo(instance);
        }
    }

    @Property(tries = TRIES)
    void throughDiscoxWhoseIdIsTheAddress(@ForAll long seed) {
        Instance instance = AnyInstance.from(new Random(seed));
        DiscoxFormat format = new DiscoxFormat(strings);

        assertThat(format.read(instance.service(), DiscoxFormat.id(instance), format.write(instance)))
                .isEqualTo(instance.withId(instance.endpoint().authority()));
    }

    @Property(tries = TRIES)
    void throughDubboWhoseIdIsTheUrls(@ForAll long seed) {
        Instance instance = AnyInstance.from(new Random(seed));
        DubboUrl format = new DubboUrl(strings);
        String url = format.write(instance);
        String node = GoQuery.escape(url);

        assertThat(node).matches("[-A-Za-z0-9_.~%+]+");
        assertThat(GoQuery.unescape(node)).isEqualTo(url);
        assertThat(format.read(instance.service(), url)).isEqualTo(instance.withId(DubboUrl.id(url)));
    }
}
