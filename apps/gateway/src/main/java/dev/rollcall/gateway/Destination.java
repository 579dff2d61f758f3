package dev.rollcall.gateway;

/**
 * Where a request goes. Immutable.
 *
 * @param service the service's name
 * @param uri path and query as the instance gets them
 * @param prefix the path's beginning that was taken away, without a slash at its end; empty for none
 * @param known whether somebody who writes rules named the service, so that it need not be in the catalogue
 */
record Destination(String service, String uri, String prefix, boolean known, Policy policy, HashKey hashKey) {}
