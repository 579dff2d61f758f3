package dev.rollcall.spi;

import java.util.function.Function;

/**
 * One of several layouts that a backend reads at once. Immutable.
 *
 * @param layout its name
 * @param watch begins to follow what is stored in this layout, and reports it to the sink given
 * @param <S> {@link InstanceSink} or {@link ServiceSink}
 * @see MergedInstances
 * @see MergedServices
 */
public record LayoutSource<S>(String layout, Function<S, Backend.Watch> watch) {}
