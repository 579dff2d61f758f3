package dev.rollcall.balance;

/** Hashes that are the same in every process, so that all clients agree who serves a key. */
final class Hashing {
    private Hashing() {}

    /** FNV-1a over the text's UTF-16 units, and then mixed, as FNV's upper bits are poor for short texts. */
    static long of(String text) {
        long hash = 0xcbf2_9ce4_8422_2325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100_0000_01b3L;
        }
        return mix(hash);
    }

    /** A bijection after which each bit depends on every bit (Stafford's variant 13 of MurmurHash3's finalizer). */
    static long mix(long bits) {
        bits = (bits ^ (bits >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return bits ^ (bits >>> 31);
    }
}
