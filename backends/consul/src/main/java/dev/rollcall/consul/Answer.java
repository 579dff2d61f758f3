package dev.rollcall.consul;

/**
 * What an agent answered.
 *
 * @param status of HTTP
 * @param index {@code X-Consul-Index}; 0 if there is none
 * @param filtered whether Consul says that it left out what the token may not see
 * @param body whole, no larger than was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not compared
record Answer(int status, long index, boolean filtered, byte[] body) {
    private static final int LONGEST_EMPTY_BYTES = 4;

    boolean isOk() {
        return status == 200;
    }

    /** Whether the body is an empty list or object, or {@code null}, which Go writes for one. */
    boolean isEmpty() {
        return body.length <= LONGEST_EMPTY_BYTES;
    }
}
