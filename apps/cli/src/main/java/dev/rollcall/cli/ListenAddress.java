package dev.rollcall.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where to listen, as an option says it: {@code 127.0.0.1:8580}, {@code [::1]:8580} or {@code localhost:0}.
 *
 * @param host without brackets
 * @param port 0 for any free one
 */
record ListenAddress(String host, int port) {

    /** The same for this machine. */
    InetSocketAddress resolved() {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new CommandFailedException(ExitCode.FAILED, "'" + host + "' is no address that can be found.", e);
        }
    }

    static final class Converter implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            } else if (host.contains(":")) {
                throw malformed(text);
            }
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                if (host.isEmpty() || port < 0 || port > 65_535) {
                    throw malformed(text);
                }
                return new ListenAddress(host, port);
            } catch (NumberFormatException e) {
                throw malformed(text);
            }
        }

        private static TypeConversionException malformed(String text) {
            return new TypeConversionException(
                    "'" + text + "' (expected: HOST:PORT, such as 127.0.0.1:8580; IPv6 in brackets; port 0 to 65535)");
        }
    }
}
