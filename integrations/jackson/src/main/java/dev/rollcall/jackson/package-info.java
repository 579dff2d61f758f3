/** Configuration in JSON and YAML: {@link dev.rollcall.jackson.JacksonDecoder}. */
@NullMarked
package dev.rollcall.jackson;

import org.jspecify.annotations.NullMarked;
