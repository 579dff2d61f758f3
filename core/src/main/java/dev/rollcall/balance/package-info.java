/** Choosing one instance of many: start at {@link dev.rollcall.balance.LoadBalancer}. */
@NullMarked
package dev.rollcall.balance;

import org.jspecify.annotations.NullMarked;
