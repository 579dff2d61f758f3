package dev.rollcall.testing.benchmarks.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Configurations of nginx: servers that answer from memory, and a proxy before them. */
final class Nginx {
    static final int BODY_BYTES = 1024;

    private Nginx() {}

    /** Servers that answer with 1 KiB, in one process. */
    static ProcessBuilder backends(Path directory, List<Integer> ports) throws IOException {
        String servers = ports.stream()
                .map(port -> """
                        server {
                            listen 127.0.0.1:%d;
                            location / { default_type text/plain; return 200 "%s"; }
                        }
                    """.formatted(port, "x".repeat(BODY_BYTES)))
                .collect(Collectors.joining());
        return start(directory, 1, servers);
    }

    /** A proxy with static upstreams, which takes a prefix away and says where a request came from, as the gateway does. */
    static ProcessBuilder proxy(Path directory, int port, List<Integer> backends, int workers) throws IOException {
        String upstreams = backends.stream()
                .map(backend -> "server 127.0.0.1:" + backend + ";")
                .collect(Collectors.joining(" "));
        return start(directory, workers, """
                upstream orders { %s keepalive 64; keepalive_requests 10000000; }
                server {
                    listen 127.0.0.1:%d;
                    location /orders/ {
                        proxy_pass http://orders/;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_set_header Host $host;
                        proxy_set_header Forwarded "for=$remote_addr;host=\\"$host\\";proto=$scheme";
                        proxy_set_header X-Forwarded-For $remote_addr;
                        proxy_set_header X-Forwarded-Proto $scheme;
                        proxy_set_header X-Forwarded-Host $host;
                        proxy_set_header X-Forwarded-Prefix /orders;
                    }
                }
            """.formatted(upstreams, port));
    }

    private static ProcessBuilder start(Path directory, int workers, String http) throws IOException {
        Files.createDirectories(directory);
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(configuration, """
            worker_processes %d;
            daemon off;
            pid %2$s/nginx.pid;
            error_log %2$s/error.log;
            events { worker_connections 1024; }
            http {
                access_log off;
                keepalive_requests 10000000;
                client_body_temp_path %2$s/body;
                proxy_temp_path %2$s/proxy;
                fastcgi_temp_path %2$s/fastcgi;
                uwsgi_temp_path %2$s/uwsgi;
                scgi_temp_path %2$s/scgi;
            %3$s}
            """.formatted(workers, directory, http));
        return new ProcessBuilder(Programs.path("nginx"), "-p", directory.toString(), "-c", configuration.toString());
    }
}
