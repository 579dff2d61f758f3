package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.spi.Finding.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcdVersionTest {

    @ParameterizedTest
    @CsvSource({
        "3.4.23, OK",
        "3.5.2, WARN",
        "3.5.3, OK",
        "3.6.0-rc.1, OK",
        "4.0.0, OK",
        "3.3.27, FAIL",
        "2.3.8, FAIL",
        "trunk, WARN"
    })
    void whatIsKnownOfAVersionIsSaid(String version, Verdict verdict) {
        assertThat(EtcdVersion.of(version).finding().verdict()).isEqualTo(verdict);
        assertThat(EtcdVersion.of(version).finding().text()).contains(version);
    }
}
