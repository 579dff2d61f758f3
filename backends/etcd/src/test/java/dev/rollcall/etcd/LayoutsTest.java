package dev.rollcall.etcd;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.StoreUri;
import dev.rollcall.tck.AnyInstance;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Each layout alone: where it writes, and that it finds there what it has written. */
class LayoutsTest {
    private static final Map<String, Layout> LAYOUTS = Stream.of(
                    "native", "plain", "discox", "go-micro", "go-micro-etcdv3", "kratos", "go-zero", "kitex", "dubbo")
            .collect(toMap(
                    name -> name,
                    name -> Layouts.of(StoreUri.parse("etcd://h/?layout=" + name))
                            .written("orders")));

    private static Layout layout(String name) {
        return requireNonNull(LAYOUTS.get(name));
    }

    /** What is left of an instance: all of it, but for what the layout's documentation says. */
    private static Instance kept(Layout layout, Instance instance, String id) {
        boolean addressAlone = layout.name().equals("plain") || layout.name().equals("go-zero");
        return addressAlone
                ? Instance.of(instance.service(), instance.endpoint().authority())
                        .withId(id)
                : instance.withId(id);
    }

    @Property(tries = 300)
    void findsWhatItHasWritten(@ForAll long seed) {
        Instance any = AnyInstance.from(new Random(seed));
        for (Layout layout : LAYOUTS.values()) {
            String name = layout.name();
            Instance instance = layout.keepsStatus() ? any : any.withStatus(Status.UP);
            ByteString key = layout.key(instance);
            ByteString prefix = layout.servicePrefix(instance.service());

            assertThat(key).as(name).isNotNull();
            assertThat(key.startsWith(prefix)).as(name).isTrue();
            assertThat(layout.service(key)).as(name).isEqualTo(instance.service());
            String id = layout.id(key, prefix);
            assertThat(id).as(name).isNotNull();
            ByteString fixed = layout.key(instance.service(), instance.id());
            if (fixed != null) {
                assertThat(fixed).as(name).isEqualTo(key);
                assertThat(id).as(name).isEqualTo(instance.id());
            }
            assertThat(layout.read(instance.service(), id, key, layout.write(instance)))
                    .as(name)
                    .isEqualTo(kept(layout, instance, id));
        }
    }

    /** Of a key or a value that anybody may have written, no more comes than one of our own complaints. */
    @Property(tries = 500)
    void putsUpWithAnyKeyAndValue(@ForAll byte[] tail, @ForAll byte[] value) {
        for (Layout layout : LAYOUTS.values()) {
            String name = layout.name();
            ByteString prefix = layout.servicePrefix("orders");
            ByteString key = prefix.concat(ByteString.copyFrom(tail));
            layout.service(layout.prefix().concat(ByteString.copyFrom(tail)));
            String id = layout.id(key, prefix);
            if (id == null) {
                continue;
            }
            try {
                assertThat(layout.read("orders", id, key, ByteString.copyFrom(value))
                                .id())
                        .isEqualTo(id);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as(name).isNotBlank();
            }
        }
    }

    @Example
    void aStatusThatCantBeWrittenHasNoKey() {
        Instance draining = Instance.of("orders", "h:1").withStatus(Status.DRAINING);

        Map.of("plain", false, "go-zero", false, "dubbo", false, "kitex", true, "kratos", true)
                .forEach((name, kept) ->
                        assertThat(layout(name).key(draining) != null).as(name).isEqualTo(kept));
    }

    @Example
    void whatIsBesideDubbosProvidersIsNoService() {
        Layout dubbo = layout("dubbo");
        for (String key : Set.of(
                "/dubbo/com.x.Api",
                "/dubbo/com.x.Api/providers",
                "/dubbo/com.x.Api/providers/",
                "/dubbo/com.x.Api/consumers/consumer%3A%2F%2Fh%2Fcom.x.Api",
                "/dubbo/com.x.Api/providers/a/b",
                "/dubbo/%zz/providers/a")) {
            assertThat(dubbo.service(ByteString.copyFromUtf8(key))).as(key).isNull();
        }
        assertThat(dubbo.service(ByteString.copyFromUtf8("/dubbo/com.x.Api%24Inner/providers/dubbo%3A%2F%2Fh%3A1%2Fa")))
                .isEqualTo("com.x.Api$Inner");
    }
}
