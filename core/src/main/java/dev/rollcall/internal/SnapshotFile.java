package dev.rollcall.internal;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A snapshot as bytes: a magic number that names the version, the registry, the service, when and at which revision, the instances, and
 * the CRC-32C (RFC 3720, appendix B.4) of all that. Numbers are big-endian, strings UTF-8 after their length in bytes.
 */
final class SnapshotFile {
    private static final int MAGIC = 0x52_43_53_01; // "RCS", version 1

    private SnapshotFile() {}

    static byte[] encode(DiskCache.Saved saved, String registry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            write(out, registry);
            write(out, saved.snapshot().service());
            out.writeLong(saved.savedAt().toEpochMilli());
            out.writeLong(saved.revision());
            List<Instance> instances = saved.snapshot().instances();
            out.writeInt(instances.size());
            for (Instance instance : instances) {
                write(out, instance);
            }
            out.flush();
            out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new IllegalStateException("a byte array refused to be written", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if the bytes are damaged, or of another registry or service; the message says which */
    static DiskCache.Saved decode(byte[] bytes, String registry, String service) throws IOException {
        int body = bytes.length - Integer.BYTES;
        if (body < Integer.BYTES || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
            throw new IOException("it is not a snapshot of this version");
        }
        if (ByteBuffer.wrap(bytes, body, Integer.BYTES).getInt() != checksum(bytes, body)) {
            throw new IOException("its checksum is wrong");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, body))) {
            in.readInt();
            String writtenRegistry = readString(in);
            String writtenService = readString(in);
            if (!writtenRegistry.equals(registry) || !writtenService.equals(service)) {
                throw new IOException("it is of " + writtenService + " in " + writtenRegistry);
            }
            Instant savedAt = Instant.ofEpochMilli(in.readLong());
            long revision = in.readLong();
            int count = in.readInt();
            List<Instance> instances = new ArrayList<>();
            Interner interner = new Interner();
            for (int i = 0; i < count; i++) {
                instances.add(readInstance(in, service, interner));
            }
            return new DiskCache.Saved(Snapshot.of(service, instances, Set.of()), revision, savedAt);
        }
    }

    private static void write(DataOutputStream out, Instance instance) throws IOException {
        write(out, instance.id());
        out.writeByte(instance.endpoints().size());
        for (Endpoint endpoint : instance.endpoints()) {
            write(out, endpoint.scheme());
            write(out, endpoint.host());
            out.writeInt(endpoint.port());
        }
        out.writeInt(instance.weight());
        write(out, instance.status().name());
        write(out, instance.zone());
        write(out, instance.version());
        out.writeInt(instance.metadata().size());
        for (Map.Entry<String, String> entry : instance.metadata().entrySet()) {
            write(out, entry.getKey());
            write(out, entry.getValue());
        }
    }

    private static Instance readInstance(DataInputStream in, String service, Interner interner) throws IOException {
        String id = readString(in);
        int endpointCount = in.readUnsignedByte();
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < endpointCount; i++) {
            endpoints.add(new Endpoint(interner.share(readString(in)), interner.share(readString(in)), in.readInt()));
        }
        int weight = in.readInt();
        Status status = Status.valueOf(readString(in));
        String zone = interner.share(readString(in));
        String version = interner.share(readString(in));
        int entries = in.readInt();
        Map<String, String> metadata = new HashMap<>();
        for (int i = 0; i < entries; i++) {
            metadata.put(interner.share(readString(in)), interner.share(readString(in)));
        }
        return new Instance(service, id, endpoints, weight, status, zone, version, metadata);
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static String readString(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new EOFException("a string of " + length + " bytes where " + in.available() + " are left");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
