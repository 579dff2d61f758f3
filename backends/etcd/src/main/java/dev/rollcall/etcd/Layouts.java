package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.TreeLayout.Naming;
import dev.rollcall.formats.DiscoxFormat;
import dev.rollcall.formats.DubboUrl;
import dev.rollcall.formats.GoMicroFormat;
import dev.rollcall.formats.KitexFormat;
import dev.rollcall.formats.KratosFormat;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.LayoutChoice;
import dev.rollcall.spi.StoreUri;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The layouts that a URI chooses, each at its root. */
final class Layouts {
    /** Every layout, and its root if the URI gives none; Rollcall's own first. */
    private static final Map<String, String> DEFAULT_ROOTS = defaultRoots();

    private static final int MAX_ROOT_CHARS = 255;
    private static final String NATIVE = "native";
    private static final String DEFAULT_ROOT = "rollcall";
    /** A key to ask etcd for, where a layout's keys have nothing in common. */
    private static final ByteString ANY_KEY = ByteString.copyFromUtf8(DEFAULT_ROOT);

    private final LayoutChoice choice;
    private final Map<String, Layout> chosen;
    private final Map<String, String> roots;

    private Layouts(LayoutChoice choice, Map<String, Layout> chosen, Map<String, String> roots) {
        this.choice = choice;
        this.chosen = chosen;
        this.roots = roots;
    }

    private static Map<String, String> defaultRoots() {
        Map<String, String> roots = new LinkedHashMap<>();
        roots.put(NATIVE, DEFAULT_ROOT);
        roots.put("plain", "");
        roots.put("discox", "/discox");
        roots.put("go-micro", "/micro/registry");
        roots.put("go-micro-etcdv3", "/micro-registry");
        roots.put("kratos", "/microservices");
        roots.put("go-zero", "");
        roots.put("kitex", "kitex/registry-etcd");
        roots.put("dubbo", "/dubbo");
        return roots;
    }

    /**
     * Reads what a URI chooses.
     *
     * @throws IllegalArgumentException if that doesn't exist, or a root is malformed; the message names what was expected
     */
    static Layouts of(StoreUri uri) {
        LayoutChoice choice = LayoutChoice.of(uri, DEFAULT_ROOTS.keySet());
        Interner strings = new Interner();
        Map<String, Layout> layouts = new LinkedHashMap<>();
        Map<String, String> roots = new LinkedHashMap<>();
        for (String name : choice.chosen()) {
            String written = choice.root(name).orElse(DEFAULT_ROOTS.getOrDefault(name, ""));
            String root = root(name, written);
            roots.put(name, root);
            layouts.put(name, layout(name, root, strings));
        }
        return new Layouts(choice, layouts, roots);
    }

    private static Layout layout(String name, String root, Interner strings) {
        Keys keys = new Keys(root);
        return switch (name) {
            case "plain" -> new TreeLayout(name, keys, new PlainFormat(), Naming.ID, false);
            case "discox" -> new TreeLayout(name, keys, new DiscoxFormat(strings), Naming.ADDRESS, true);
            case "go-micro", "go-micro-etcdv3" ->
                new TreeLayout(name, keys, new GoMicroFormat(strings), Naming.ID, true);
            case "kratos" -> new TreeLayout(name, keys, new KratosFormat(strings), Naming.ID, true);
            case "go-zero" -> new TreeLayout(name, Keys.under(root), new PlainFormat(), Naming.ID, false);
            case "kitex" -> new TreeLayout(name, keys, new KitexFormat(strings), Naming.ADDRESS, true);
            case "dubbo" -> new DubboLayout(name, root, new DubboUrl(strings));
            default -> new NativeLayout(name, keys, strings);
        };
    }

    /**
     * Checks a root. To people slashes at its ends don't matter, to etcd they would make another key: so those of our own layout
     * go, and of another's the last, while the first is a part of the name that others have given it.
     */
    private static String root(String layout, String written) {
        return layout.equals(NATIVE) ? EtcdSettings.root("root", written) : foreignRoot(layout, written);
    }

    private static String foreignRoot(String layout, String written) {
        String root = written;
        while (root.endsWith("/")) {
            root = root.substring(0, root.length() - 1);
        }
        boolean mayBeEmpty = DEFAULT_ROOTS.getOrDefault(layout, "").isEmpty();
        boolean visible =
                root.chars().allMatch(c -> c > ' ' && !Character.isISOControl(c) && !Character.isSurrogate((char) c));
        if ((root.isEmpty() && !mayBeEmpty) || root.length() > MAX_ROOT_CHARS || !visible || root.contains("//")) {
            throw new IllegalArgumentException("registry parameter root of the layout " + layout + ": \"" + written
                    + "\" (expected: " + (mayBeEmpty ? 0 : 1) + " to " + MAX_ROOT_CHARS
                    + " visible characters, single slashes inside, such as /services)");
        }
        return root;
    }

    LayoutChoice choice() {
        return choice;
    }

    /** The layout that a service is written in. */
    Layout written(String service) {
        return named(choice.written(service));
    }

    /** The layouts that a service is read in, the one that is written first. */
    List<Layout> read(String service) {
        return choice.layouts(service).stream().map(this::named).toList();
    }

    /** Every layout that is chosen for any service. */
    List<Layout> all() {
        return List.copyOf(chosen.values());
    }

    private Layout named(String name) {
        Layout layout = chosen.get(name);
        if (layout == null) {
            throw new IllegalStateException("the layout " + name + " was not chosen");
        }
        return layout;
    }

    /** The roots of all of them; one may be empty. */
    List<String> roots() {
        return List.copyOf(roots.values());
    }

    /** For messages: which keys are used. */
    String shownKeys() {
        List<String> prefixes = all().stream()
                .map(layout -> Keys.shown(layout.prefix()))
                .distinct()
                .toList();
        return prefixes.contains("") ? "keys of any name" : "keys from " + String.join(", ", prefixes) + " on";
    }

    /**
     * The root beside which Rollcall keeps what only its own clients read: that of its own layout if that is chosen, in whatever place, so
     * that clients that write one layout and those that write the other, during a move, mean the same.
     */
    String ownRoot() {
        String root = roots.getOrDefault(NATIVE, roots().get(0));
        return root.isEmpty() ? DEFAULT_ROOT : root;
    }

    /** A key that we may read if we may read anything: for asking etcd whether it is there. */
    ByteString probeKey() {
        ByteString prefix = all().get(0).prefix();
        return prefix.isEmpty() ? ANY_KEY : prefix;
    }
}
