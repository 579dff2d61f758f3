package dev.rollcall.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads where to listen: {@code host:port}, {@code [ipv6]:port}, or a port, which means this machine's loopback. */
final class BindAddress implements ITypeConverter<InetSocketAddress> {
    private static final int MAX_PORT = 65_535;

    @Override
    public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            InetAddress address = host.isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
            return new InetSocketAddress(address, port(text.substring(colon + 1), text));
        } catch (UnknownHostException e) {
            throw new TypeConversionException("'" + host + "' is no address that can be found");
        }
    }

    private static int port(String port, String text) {
        try {
            int number = Integer.parseInt(port);
            if (number >= 0 && number <= MAX_PORT) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new TypeConversionException("'" + text + "' is no address to listen on (expected: host:port, or a port)");
    }
}
