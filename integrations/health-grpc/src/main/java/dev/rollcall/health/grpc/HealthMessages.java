package dev.rollcall.health.grpc;

import dev.rollcall.health.grpc.HealthCall.ServingStatus;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The two messages of {@code grpc.health.v1.Health/Check}: a string in field 1, and an enumeration in field 1, in Protocol
 * Buffers' wire format. By hand, as two fields don't justify a protobuf runtime on the application's class path.
 */
final class HealthMessages {
    static final Marshaller<String> REQUEST = new Request();
    static final Marshaller<ServingStatus> RESPONSE = new Response();

    private static final int STRING_IN_FIELD_1 = 0x0a;
    private static final int MAX_VARINT_BITS = 64;
    private static final int FIELD_1 = 1;

    private HealthMessages() {}

    private static final class Request implements Marshaller<String> {
        @Override
        public InputStream stream(String service) {
            byte[] name = service.getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            if (name.length > 0) {
                message.write(STRING_IN_FIELD_1);
                int rest = name.length;
                while (rest > 0x7f) {
                    message.write((rest & 0x7f) | 0x80);
                    rest >>>= 7;
                }
                message.write(rest);
                message.write(name, 0, name.length);
            }
            return new ByteArrayInputStream(message.toByteArray());
        }

        @Override
        public String parse(InputStream stream) {
            throw new UnsupportedOperationException("requests are not received here");
        }
    }

    private static final class Response implements Marshaller<ServingStatus> {
        @Override
        public InputStream stream(ServingStatus status) {
            throw new UnsupportedOperationException("responses are not sent from here");
        }

        @Override
        public ServingStatus parse(InputStream stream) {
            try {
                return read(stream);
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("the answer is no HealthCheckResponse: " + e.getMessage())
                        .withCause(e)
                        .asRuntimeException();
            }
        }
    }

    /** The last value of field 1 counts; other fields are of a later version, and skipped. */
    private static ServingStatus read(InputStream stream) throws IOException {
        long status = 0;
        for (int tag = stream.read(); tag >= 0; tag = stream.read()) {
            long key = varint(stream, tag);
            boolean isStatus = key >>> 3 == FIELD_1;
            switch ((int) key & 7) {
                case 0 -> {
                    long value = varint(stream, next(stream));
                    status = isStatus ? value : status;
                }
                case 1 -> stream.skipNBytes(8);
                case 2 -> stream.skipNBytes(varint(stream, next(stream)));
                case 5 -> stream.skipNBytes(4);
                default -> throw new IOException("wire type " + (key & 7));
            }
        }
        ServingStatus[] known = ServingStatus.values();
        return status >= 0 && status < known.length ? known[(int) status] : ServingStatus.UNKNOWN;
    }

    private static long varint(InputStream stream, int first) throws IOException {
        long value = first & 0x7f;
        int current = first;
        for (int shift = 7; (current & 0x80) != 0; shift += 7) {
            if (shift >= MAX_VARINT_BITS) {
                throw new IOException("a number of more than 64 bits");
            }
            current = next(stream);
            value |= (long) (current & 0x7f) << shift;
        }
        return value;
    }

    private static int next(InputStream stream) throws IOException {
        int next = stream.read();
        if (next < 0) {
            throw new IOException("it ends too early");
        }
        return next;
    }
}
