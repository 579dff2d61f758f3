package dev.rollcall.testing.springgateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Spring Cloud Gateway with one route over a fixed list of instances; what they are is said on the command line. */
@SpringBootApplication
public class SpringGateway {
    public static void main(String[] args) {
        SpringApplication.run(SpringGateway.class, args);
    }
}
