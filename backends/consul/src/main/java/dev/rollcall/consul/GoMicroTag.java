package dev.rollcall.consul;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.Adler32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The text within a tag of go-micro's: the hexadecimal of a zlib stream (RFC 1950). Stateless.
 *
 * <p>Design note. Go's {@code compress/zlib} writes one block and then an empty stored one that is the last, where Java's {@code Deflater} marks its only block as the
 * last. What a short text without repetitions becomes in Go, literals in the fixed Huffman code (RFC 1951, 3.2.6), is written here for every text: byte by byte what Go writes for
 * such, and for others a stream that Go reads. Tags are short, and compression saves nothing there.
 */
final class GoMicroTag {
    private static final int HEADER = 0x789c;
    private static final HexFormat HEX = HexFormat.of();
    private static final int CHUNK_BYTES = 1024;

    private GoMicroTag() {}

    static String encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Bits bits = new Bits();
        bits.bytes(HEADER, 2);
        if (bytes.length > 0) {
            bits.put(0b010, 3);
            for (byte octet : bytes) {
                literal(bits, octet & 0xff);
            }
            bits.put(0, 7);
        }
        bits.put(0b001, 3);
        bits.align();
        bits.bytes(0x0000ffff, 4);
        Adler32 sum = new Adler32();
        sum.update(bytes);
        bits.bytes(sum.getValue(), 4);
        return HEX.formatHex(bits.out.toByteArray());
    }

    private static void literal(Bits bits, int octet) {
        if (octet < 144) {
            bits.huffman(0b00110000 + octet, 8);
        } else {
            bits.huffman(0b110010000 + octet - 144, 9);
        }
    }

    /** How much text may yet be unpacked of an entry, lest a few small tags cost unbounded work. */
    static final class Budget {
        private final int bytes;
        private int taken;

        Budget(int bytes) {
            this.bytes = bytes;
        }

        int taken() {
            return taken;
        }

        private void take(int length) {
            taken += length;
            if (taken > bytes) {
                throw new IllegalArgumentException("its tags hold more than " + bytes + " bytes when unpacked");
            }
        }
    }

    /**
     * Reads it back.
     *
     * @return empty if it isn't one
     * @throws IllegalArgumentException if it takes more than the budget has left
     */
    static Optional<String> decode(String hex, Budget budget) {
        if (hex.length() % 2 != 0 || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            return Optional.empty();
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(HEX.parseHex(hex));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            while (!inflater.finished()) {
                int length = inflater.inflate(chunk);
                if (length == 0 && !inflater.finished()) {
                    return Optional.empty(); // it ends too early, or needs a dictionary
                }
                budget.take(length);
                out.write(chunk, 0, length);
            }
            return Optional.of(out.toString(StandardCharsets.UTF_8));
        } catch (DataFormatException e) {
            return Optional.empty();
        } finally {
            inflater.end();
        }
    }

    /** A stream of bits, the lowest of a byte first. */
    private static final class Bits {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private int pending;
        private int count;

        /** A number of bits, the lowest first. */
        void put(int value, int length) {
            for (int i = 0; i < length; i++) {
                pending |= ((value >>> i) & 1) << count++;
                if (count == 8) {
                    align();
                }
            }
        }

        /** A Huffman code, which stands in the stream with its highest bit first. */
        void huffman(int code, int length) {
            put(Integer.reverse(code) >>> (Integer.SIZE - length), length);
        }

        /** Fills up the byte. */
        void align() {
            if (count > 0) {
                out.write(pending);
                pending = 0;
                count = 0;
            }
        }

        /** Whole bytes, the highest first. */
        void bytes(long value, int length) {
            for (int i = length - 1; i >= 0; i--) {
                out.write((int) (value >>> (8 * i)));
            }
        }
    }
}
