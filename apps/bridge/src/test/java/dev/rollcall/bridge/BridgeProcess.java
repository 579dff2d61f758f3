package dev.rollcall.bridge;

import java.util.concurrent.CountDownLatch;

/** A bridge as a process of its own, until that is killed: {@code from to elected}. */
final class BridgeProcess {
    private BridgeProcess() {}

    static BridgeOptions.Builder options(String from, String to) {
        return BridgeOptions.builder(from, to);
    }

    public static void main(String[] arguments) throws InterruptedException {
        Bridge.open(options(arguments[0], arguments[1])
                .elected(Boolean.parseBoolean(arguments[2]))
                .build());
        new CountDownLatch(1).await();
    }
}
