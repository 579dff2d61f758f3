package dev.rollcall.spi;

import dev.rollcall.Instance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * In which layouts a URI says that instances are written and read. Immutable.
 *
 * <pre>{@code
 * layout=kratos                   written and read as kratos does
 * layout=native,go-micro          written in the first, read in all of them
 * layout.orders=kratos            the same for one service, instead of what layout says
 * root=/microservices             where the first of layout keeps its entries
 * root.go-micro=/micro-registry   where that layout keeps its entries
 * }</pre>
 *
 * <p>Without {@code layout} it is the backend's own. What a root looks like, and what it is by default, is for the backend to say.
 */
public final class LayoutChoice {

    /** What a backend with layouts adds to {@link BackendProvider#parameters}. */
    public static final Set<String> PARAMETERS = Set.of("layout", "layout.*", "root", "root.*");

    private static final String LAYOUT_OF = "layout.";
    private static final String ROOT_OF = "root.";

    private final List<String> layouts;
    private final Map<String, List<String>> byService;
    private final Map<String, String> roots;
    private final List<String> chosen;

    private LayoutChoice(List<String> layouts, Map<String, List<String>> byService, Map<String, String> roots) {
        this.layouts = layouts;
        this.byService = byService;
        this.roots = roots;
        Set<String> all = new LinkedHashSet<>(layouts);
        byService.values().forEach(all::addAll);
        this.chosen = List.copyOf(all);
    }

    /**
     * Reads what a URI chooses.
     *
     * @param known the names of the backend's layouts, its own first
     * @throws IllegalArgumentException if the URI names another layout, one twice, or a root for a layout that it doesn't choose; the message
     *     names what was expected
     */
    public static LayoutChoice of(StoreUri uri, Collection<String> known) {
        List<String> layouts = uri.parameter("layout")
                .map(text -> layouts("layout", text, known))
                .orElseGet(() -> List.of(known.iterator().next()));
        Map<String, List<String>> byService = new LinkedHashMap<>();
        Map<String, String> roots = new LinkedHashMap<>();
        uri.parameter("root").ifPresent(root -> roots.put(layouts.get(0), root));
        uri.parameters().forEach((name, value) -> {
            if (name.startsWith(LAYOUT_OF)) {
                byService.put(service(name), layouts(name, value, known));
            } else if (name.startsWith(ROOT_OF) && roots.put(name.substring(ROOT_OF.length()), value) != null) {
                throw new IllegalArgumentException("registry parameters root and " + name
                        + " (expected: one of them, as root is that of the first layout, " + layouts.get(0) + ")");
            }
        });
        LayoutChoice choice = new LayoutChoice(layouts, Map.copyOf(byService), Map.copyOf(roots));
        for (String layout : roots.keySet()) {
            if (!choice.chosen.contains(layout)) {
                throw new IllegalArgumentException("registry parameter root." + layout
                        + " is for a layout that isn't chosen (expected: root. and one of " + choice.chosen + ")");
            }
        }
        return choice;
    }

    private static String service(String parameter) {
        try {
            return Instance.requireServiceName(parameter.substring(LAYOUT_OF.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("registry parameter " + parameter + ": " + e.getMessage(), e);
        }
    }

    private static List<String> layouts(String parameter, String text, Collection<String> known) {
        List<String> layouts = new ArrayList<>();
        for (String layout : text.split(",", -1)) {
            if (!known.contains(layout) || layouts.contains(layout)) {
                throw new IllegalArgumentException("registry parameter " + parameter + ": \"" + text
                        + "\" (expected: one or more of " + known + ", separated by commas, each once)");
            }
            layouts.add(layout);
        }
        return List.copyOf(layouts);
    }

    /** The layouts that a service is read in; the first is the one that it is written in. */
    public List<String> layouts(String service) {
        return byService.getOrDefault(service, layouts);
    }

    /** The layout that a service is written in. */
    public String written(String service) {
        return layouts(service).get(0);
    }

    /** Whether a service is read in this layout. */
    public boolean reads(String layout, String service) {
        return layouts(service).contains(layout);
    }

    /** Every layout that is chosen for any service, the first of {@code layout} first. */
    public List<String> chosen() {
        return chosen;
    }

    /** The root that the URI gives a layout, as written. */
    public Optional<String> root(String layout) {
        return Optional.ofNullable(roots.get(layout));
    }
}
