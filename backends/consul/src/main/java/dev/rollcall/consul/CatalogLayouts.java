package dev.rollcall.consul;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * The layouts that Consul's catalogue is read in. Immutable.
 *
 * <p>Design note. Everybody's discovery takes every entry under a name for an instance, so here too an entry is never left out because of its layout: with one
 * layout it is read in that; of several in the most specific that recognises it, and else in the native one, or without that in the first.
 */
final class CatalogLayouts {
    private static final List<CatalogLayout> MOST_SPECIFIC_FIRST = List.of(
            new GoMicroLayout(), new KratosLayout(), new SpringLayout(), new DiscoxLayout(), new NativeLayout());

    private final List<CatalogLayout> layouts;
    private final CatalogLayout otherwise;

    private CatalogLayouts(List<CatalogLayout> layouts, CatalogLayout otherwise) {
        this.layouts = layouts;
        this.otherwise = otherwise;
    }

    /** Their names, the native one first. */
    static List<String> names() {
        return Stream.concat(
                        Stream.of(NativeLayout.NAME),
                        MOST_SPECIFIC_FIRST.stream().map(CatalogLayout::name))
                .distinct()
                .toList();
    }

    /** The layout of that name, which is one of {@link #names}. */
    static CatalogLayout named(String name) {
        return MOST_SPECIFIC_FIRST.stream()
                .filter(layout -> layout.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("layout: " + name + " (expected: one of " + names() + ")"));
    }

    /** Those of these names, one or more, the first that is written first. */
    static CatalogLayouts of(Collection<String> names) {
        CatalogLayout first = named(names.iterator().next());
        return new CatalogLayouts(
                MOST_SPECIFIC_FIRST.stream()
                        .filter(layout -> names.contains(layout.name()))
                        .toList(),
                first);
    }

    /** Which of them an entry that isn't Rollcall's is read in. */
    CatalogLayout of(CatalogEntry entry) {
        if (layouts.size() > 1) {
            for (CatalogLayout layout : layouts) {
                if (layout.wrote(entry)) {
                    return layout;
                }
            }
        }
        return otherwise;
    }

    /** Whether there are several, so that an instance's origin is worth telling. */
    boolean isSeveral() {
        return layouts.size() > 1;
    }
}
