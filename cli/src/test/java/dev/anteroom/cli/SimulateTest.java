package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class SimulateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "simulate surge-1000 --stack solaris | no TCP stack is called 'solaris'",
                "simulate surge-1000 --stack linux-x | no TCP stack is called 'linux-x'",
                "simulate cookies --variant always --stack windows | host.tcp_syncookies is no setting of windows",
                "simulate reset-on-overflow --stack xnu | host.tcp_syncookies is no setting of xnu",
                "simulate stalled-server --stack gvisor | host.somaxconn is no setting of gvisor",
                "simulate surge-1000 --set client.tcp_syn_linear_timeouts=2 --stack linux-6.1 | client.tcp_syn_linear_timeouts is no",
                "simulate raised-too-late --stack windows | somaxconn is no setting of windows",
                "simulate surge-1000 --set link.rate=10Mbit --stack xnu | link.rate is not modelled",
                "simulate surge-1000 --set surge.rate=NaN | surge.rate: expected a rate such as 100/s",
                "simulate surge-1000 --set surge.rate=-5/s | surge.rate: expected a rate such as 100/s",
                "simulate surge-1000 --set surge.patience=-1s | surge.patience: expected a time",
                "simulate surge-1000 --set surge.connections=1e18 | surge.connections: expected a whole number"
            })
    void whatAStackCannotDoIsNamedWithItsField(String words, String message) {
        Doctor run = Doctor.run(words.split(" "));

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(message).hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void allStacksLieSideBySideTheSameEachTime() {
        Doctor once = Doctor.run("simulate", "overflow-at-syn", "--stack", "all");

        assertThat(once.code()).isEqualTo(ExitCode.OK);
        assertThat(once.out())
                .containsSubsequence("linux-2.4 (simulated)", "linux-6.14 (simulated)", "Left out: ")
                .contains("host.tcp_abort_on_overflow is no setting of windows")
                .isEqualTo(Doctor.run("simulate", "overflow-at-syn", "--stack", "all")
                        .out());
    }

    @Test
    void aVersionThatNobodyReadSaysWhoseRulesItGets() {
        String[] words = {"simulate", "stalled-server", "--stack", "linux-99.9"};

        assertThat(Doctor.run(words).out())
                .contains("The rules of linux-99.9 are not known; predicted by those of linux-6.18, the newest known.");
        assertThat(JsonMapper.shared()
                        .readTree(Doctor.run("simulate", "stalled-server", "--stack", "linux-99.9", "--json")
                                .out())
                        .path("rulesOf")
                        .asString())
                .isEqualTo("linux-6.18, the newest known");
    }

    @Test
    void theCapacityIsThatOfTheStack() {
        String document = Doctor.run("simulate", "phantoms", "--stack", "freebsd-13", "--json")
                .out();

        assertThat(JsonMapper.shared()
                        .readTree(document)
                        .path("predicted")
                        .path("listener")
                        .path("capacity")
                        .asInt())
                .isEqualTo(193);
    }
}
