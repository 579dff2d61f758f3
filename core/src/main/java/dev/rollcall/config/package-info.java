/**
 * Configuration that is shared through the store and takes effect without a restart: start at {@link dev.rollcall.config.Config}.
 */
@NullMarked
package dev.rollcall.config;

import org.jspecify.annotations.NullMarked;
