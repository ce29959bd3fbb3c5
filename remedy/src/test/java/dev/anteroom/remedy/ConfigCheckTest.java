package dev.anteroom.remedy;

import static dev.anteroom.remedy.ConfigFinding.Verdict.CAPPED;
import static dev.anteroom.remedy.ConfigFinding.Verdict.DEFAULTED;
import static dev.anteroom.remedy.ConfigFinding.Verdict.NO_EFFECT;
import static dev.anteroom.remedy.ConfigFinding.Verdict.OK;
import static dev.anteroom.remedy.ConfigFinding.Verdict.UNREADABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCheckTest {
    private static final long SOMAXCONN = 4096;

    /// Line, verdict and what is asked for, -1 for nothing.
    private record Seen(int line, ConfigFinding.Verdict verdict, long asks) {}

    private static List<Seen> check(String name, String text) {
        return ConfigCheck.of(name, text, SOMAXCONN).stream()
                .map(one -> new Seen(one.line(), one.verdict(), one.asks().orElse(-1)))
                .toList();
    }

    @Test
    void nginxListensAreToldByAddressAndCommentsAreNoListens() {
        assertThat(check("nginx.conf", """
                http {
                  # listen 1 backlog=5;
                  server { listen 80; server_name "a;}b"; }
                  server { listen 443 ssl
                               backlog=20000; }
                  server { listen 443 ssl backlog=3; }
                  server { listen 8080 backlog=1024; }
                  server { listen 80; }
                }
                """))
                .containsExactly(
                        new Seen(3, DEFAULTED, 511),
                        new Seen(4, CAPPED, 20_000),
                        new Seen(6, NO_EFFECT, -1),
                        new Seen(7, OK, 1024));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lighttpd.conf  | server.port = 80                     | DEFAULTED | 1024 | server.listen-backlog = 4096",
                "lighttpd.conf  | server.listen-backlog = 70           | OK        | 70   |",
                "memcached.conf | -l 127.0.0.1                         | DEFAULTED | 1024 | -b 4096",
                "memcached.conf | -b 5000                              | CAPPED    | 5000 |",
                "rabbitmq.conf  | listeners.tcp.default = 5672         | DEFAULTED | 128  | tcp_listen_options.backlog = 4096",
                "rabbitmq.conf  | tcp_listen_options.backlog = 4096    | OK        | 4096 |",
                "app.ini        | '[uwsgi]\nhttp-socket = :80'        | DEFAULTED | 100  | listen = 4096",
                "50-server.cnf  | '[mysqld]\nback_log = 9000'         | CAPPED    | 9000 |",
                "gunicorn.py    | bind = ':80'                         | DEFAULTED | 2048 | backlog = 4096",
                "sysctl.conf    | net.core.somaxconn = 9000            | OK        | 9000 |",
                "apache2.conf   | '<Directory />\nListenBacklog 5'    | OK        | 5    |"
            })
    void serversOfOneSettingAreToldByTheirFiles(
            String file, String text, ConfigFinding.Verdict verdict, long asks, String corrected) {
        assertThat(ConfigCheck.of(file, text.replace("\\n", "\n"), SOMAXCONN))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.verdict()).isEqualTo(verdict);
                    assertThat(one.asks()).hasValue(asks);
                    if (corrected != null) {
                        assertThat(one.corrected()).contains(corrected);
                    }
                });
    }

    @Test
    void filesWithNothingToSayAboutBacklogsAreRead() {
        assertThat(check("apache2.conf", "# nothing\nDefaultRuntimeDir x\nIncludeOptional mods-enabled/*.load\n"))
                .isEmpty();
        assertThat(check("sysctl.conf", "#net.ipv4.ip_forward=1\n")).isEmpty();
        assertThat(check("my.cnf", "[mysqld]\nport = 3306\n")).isEmpty();
    }

    @Test
    void theCorrectedNginxLineIsTheLineWithTheBacklog() {
        assertThat(ConfigCheck.of("nginx.conf", "server { listen [::]:80 default_server; }", SOMAXCONN))
                .singleElement()
                .satisfies(one -> assertThat(one.corrected()).contains("listen [::]:80 default_server backlog=4096;"));
    }

    @Test
    void aBrokenNginxFileIsToldAndTheRestStillChecked() {
        assertThat(check("nginx.conf", "http { server { listen 80 backlog=70; }\n"))
                .containsExactlyInAnyOrder(new Seen(2, UNREADABLE, -1), new Seen(1, OK, 70));
    }

    @Test
    void haproxyTakesBacklogThenMaxconnFromLineSectionAndDefaults() {
        assertThat(check("haproxy.cfg", """
                global
                  maxconn 5
                defaults
                  maxconn 100
                frontend web
                  bind :80
                  bind :81 backlog 9000
                listen x   # its own
                  backlog 77
                  bind :82
                  bind :83 maxconn 3
                backend none
                  server s 127.0.0.1:1 backlog 5
                """))
                .containsExactly(
                        new Seen(6, DEFAULTED, 100),
                        new Seen(7, CAPPED, 9000),
                        new Seen(10, OK, 77),
                        new Seen(11, OK, 77));
    }

    @Test
    void tomcatConnectorsAreFoundByLineAndEntitiesAreNotFollowed() {
        assertThat(check("conf/server.xml", """
                <?xml version="1.0"?>
                <Server>
                  <!-- <Connector port="1"/> -->
                  <Connector port="8080"
                             redirectPort="8443" />
                  <Connector port="8081" acceptCount="300"/>
                  <Connector port="8082" acceptCount="many"/>
                </Server>
                """)).extracting(Seen::verdict).containsExactly(DEFAULTED, OK, UNREADABLE);
        assertThat(check("server.xml", """
                <!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
                <Server><Connector port="1" acceptCount="&secret;"/></Server>
                """)).extracting(Seen::verdict).containsOnly(UNREADABLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis.conf              | port 6379 ~databases 16                       | 1 | DEFAULTED | 511",
                "redis.conf              | databases 16~tcp-backlog 70000                | 2 | CAPPED    | 70000",
                "apache2.conf            | ServerRoot /x~Listen 80                       | 2 | DEFAULTED | 511",
                "httpd.conf              | Listen 80~ListenBacklog 900                   | 2 | OK        | 900",
                "www.conf                | pm = static~listen = 9000                     | 2 | OK        | -1",
                "www.conf                | pm = static~listen.backlog = 5000 ; note      | 2 | CAPPED    | 5000",
                "app.socket              | [Socket]~ListenStream=80                      | 2 | OK        | -1",
                "app.socket              | [Socket]~ListenStream=80~Backlog=9000         | 3 | CAPPED    | 9000",
                "app.socket              | [Socket]~Backlog=4294967295                   | 2 | OK        | -1",
                "60-x.conf               | net.core.somaxconn = 128                      | 1 | OK        | 128",
                "60-x.conf               | net.ipv4.tcp_max_syn_backlog=8192             | 1 | NO_EFFECT | -1",
                "application.properties  | server.port=80                                | 1 | DEFAULTED | 100",
                "application.properties  | server.port=80~server.tomcat.accept-count=5000| 2 | CAPPED    | 5000",
                "server.properties       | node.id=1                                     | 1 | DEFAULTED | 50",
                "server.properties       | node.id=1~socket.listen.backlog.size=500      | 2 | OK        | 500",
                "http.ini                | jetty.http.acceptQueueSize=0                  | 1 | DEFAULTED | 50",
                "application.yaml        | server:~  port: 80                            | 2 | DEFAULTED | 100",
                "application.yml         | server:~  tomcat:~    accept-count: 9000      | 3 | CAPPED    | 9000",
                "redis.conf              | databases 1~tcp-backlog many                  | 2 | UNREADABLE| -1",
            })
    void everyKindOfFileIsReadInItsOwnSyntax(
            String name, String lines, int line, ConfigFinding.Verdict verdict, long asks) {
        assertThat(check(name, lines.replace('~', '\n') + "\n")).containsExactly(new Seen(line, verdict, asks));
    }

    @Test
    void composeFilesTellTheCapAndWhereItIsRefused() {
        assertThat(check("compose.yaml", """
                services:
                  web:
                    sysctls:
                      net.core.somaxconn: 1024
                  list:
                    sysctls:
                      - net.core.somaxconn=2048
                  near:
                    network_mode: host
                    sysctls:
                      net.core.somaxconn: 1024
                """))
                .containsExactly(new Seen(4, OK, 1024), new Seen(7, OK, 2048), new Seen(11, NO_EFFECT, -1));
    }

    @Test
    void manifestsOfPodsAndOfWhatMakesPodsAreRead() {
        assertThat(check("k8s.yaml", """
                apiVersion: v1
                kind: Pod
                spec:
                  securityContext:
                    sysctls:
                      - name: net.core.somaxconn
                        value: "1024"
                ---
                apiVersion: apps/v1
                kind: Deployment
                spec:
                  template:
                    spec:
                      hostNetwork: true
                      securityContext:
                        sysctls: [{name: net.core.somaxconn, value: "9"}]
                      containers:
                        - name: a
                          securityContext:
                            sysctls: [{name: net.core.somaxconn, value: "9"}]
                """))
                .containsExactly(new Seen(6, OK, 1024), new Seen(16, NO_EFFECT, -1), new Seen(20, NO_EFFECT, -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [", "a: b: c", "\t- x", "&a [*a]"})
    void brokenYamlIsAFindingAndNoError(String text) {
        assertThat(check("x.yaml", text))
                .allSatisfy(one -> assertThat(one.verdict()).isEqualTo(UNREADABLE));
    }

    @Test
    void whatIsNoConfigurationFileIsToldInOneLine(@TempDir Path folder) throws IOException {
        Path binary = folder.resolve("nginx.conf");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});

        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> ConfigCheck.of(binary, SOMAXCONN))
                .withMessageContaining("no text");
        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> ConfigCheck.of(folder.resolve("none.conf"), SOMAXCONN))
                .withMessageContaining("is not there");
        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> ConfigCheck.of("README.md", "some words", SOMAXCONN))
                .withMessageContaining("is of no kind that is known");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nginx.conf", "server.xml", "x.yaml", "haproxy.cfg", "x.properties", "x.socket", "redis.conf"})
    void tornFilesNeverEndInAnUnexpectedError(String name) {
        String whole = """
                http { server { listen 80 backlog=5; } }
                <Server><Connector port="1" acceptCount="5"/></Server>
                services: {web: {sysctls: [net.core.somaxconn=5]}}
                frontend a
                  bind :80 backlog 5
                tcp-backlog 5
                net.core.somaxconn = 5
                Backlog=5
                """;
        Random random = new Random(4711);
        for (int i = 0; i < 300; i++) {
            StringBuilder torn = new StringBuilder(whole.substring(random.nextInt(whole.length())));
            for (int k = random.nextInt(4); k > 0 && !torn.isEmpty(); k--) {
                torn.setCharAt(random.nextInt(torn.length()), (char) (random.nextInt(96) + 32));
            }
            try {
                assertThat(ConfigCheck.of(name, torn.toString(), SOMAXCONN)).isNotNull();
            } catch (KernelException told) {
                assertThat(told.reason()).contains("is of no kind that is known");
            }
        }
    }
}
