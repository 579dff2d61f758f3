package dev.rollcall.zookeeper;

import dev.rollcall.formats.KratosFormat;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.LayoutChoice;
import dev.rollcall.spi.StoreUri;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The layouts that a URI chooses, each at its root. Thread-safe. */
final class Layouts {
    /** All there are, Rollcall's own first. */
    static final List<String> NAMES =
            List.of("native", "spring", "dubbo", "dubbo-interface", "discox", "kratos", "go-micro", "serversets");

    private final LayoutChoice choice;
    private final Map<String, Layout> chosen = new LinkedHashMap<>();

    private Layouts(LayoutChoice choice) {
        this.choice = choice;
    }

    /**
     * Reads a URI.
     *
     * @param chroot what all roots are below, empty or a path
     * @throws IllegalArgumentException if it names an unknown layout or makes no sense as to roots
     */
    static Layouts of(StoreUri uri, String chroot) {
        LayoutChoice choice = LayoutChoice.of(uri, NAMES);
        Layouts layouts = new Layouts(choice);
        Interner strings = new Interner();
        for (String name : choice.chosen()) {
            String root = choice.root(name).orElseGet(() -> usualRoot(name));
            layouts.chosen.put(name, layout(name, chroot + Ensemble.path(root, "parameter root"), strings));
        }
        return layouts;
    }

    private static Layout layout(String name, String prefix, Interner strings) {
        return switch (name) {
            case "native" -> new CuratorLayout(name, prefix, Payload.NONE, strings);
            case "spring" -> new CuratorLayout(name, prefix, Payload.SPRING, strings);
            case "dubbo" -> new CuratorLayout(name, prefix, Payload.DUBBO, strings);
            case "dubbo-interface" -> new DubboInterfaceLayout(name, prefix, strings);
            case "discox" -> new DiscoxLayout(name, prefix, strings);
            case "kratos" -> new FormatLayout(name, prefix, new KratosFormat(strings));
            case "go-micro" -> new GoMicroLayout(name, prefix, strings);
            case "serversets" -> new ServersetLayout(name, prefix, strings);
            default -> throw new IllegalArgumentException("layout: " + name + " (expected: one of " + NAMES + ")");
        };
    }

    private static String usualRoot(String name) {
        return switch (name) {
            case "native", "spring", "dubbo" -> "services";
            case "dubbo-interface" -> "dubbo";
            case "discox" -> "discox";
            case "kratos" -> "microservices";
            case "go-micro" -> "micro-registry";
            default ->
                throw new IllegalArgumentException("registry parameter layout: " + name
                        + " has no usual root (expected: root." + name + "=/path as well)");
        };
    }

    /** The first that the URI names. */
    Layout first() {
        return chosen.values().iterator().next();
    }

    /** Every one that is chosen for any service. */
    List<Layout> all() {
        return List.copyOf(chosen.values());
    }

    /** Those that a service is read in, the one that it is written in first. */
    List<Layout> of(String service) {
        return choice.layouts(service).stream().map(this::named).toList();
    }

    /** The one that a service is written in. */
    Layout written(String service) {
        return named(choice.written(service));
    }

    /** Whether a service is read in this layout. */
    boolean reads(String layout, String service) {
        return choice.reads(layout, service);
    }

    private Layout named(String name) {
        Layout layout = chosen.get(name);
        if (layout == null) {
            throw new IllegalStateException("a layout that was not chosen: " + name);
        }
        return layout;
    }
}
