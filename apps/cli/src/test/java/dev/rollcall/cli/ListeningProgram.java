package dev.rollcall.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/** A program that knows nothing of Rollcall: listens at a port until it is told to end. */
final class ListeningProgram {
    private ListeningProgram() {}

    static List<String> command(int port) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                ListeningProgram.class.getName(),
                Integer.toString(port));
    }

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server =
                new ServerSocket(Integer.parseInt(arguments[0]), 0, InetAddress.getLoopbackAddress())) {
            System.out.println("ready");
            while (true) {
                try (Socket connection = server.accept()) {
                    connection.getOutputStream().write('.');
                }
            }
        }
    }
}
