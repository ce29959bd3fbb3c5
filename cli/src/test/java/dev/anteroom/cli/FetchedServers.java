package dev.anteroom.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Servers of the JVM as they are published, fetched with Maven: from its cache where they are in it.
final class FetchedServers {
    private static final String TOMCAT = "11.0.24";
    private static final String SPRING_BOOT = "4.0.7";

    private FetchedServers() {}

    /// The whole distribution of Tomcat, unpacked.
    ///
    /// @return its home
    static Path tomcat(Path folder) throws IOException, InterruptedException {
        maven(
                folder,
                "dependency:unpack",
                "-Dartifact=org.apache.tomcat:tomcat:" + TOMCAT + ":zip",
                "-DoutputDirectory=" + folder);
        return folder.resolve("apache-tomcat-" + TOMCAT);
    }

    /// The smallest application of Spring Boot with its usual web server, compiled.
    ///
    /// @return its class path; the main class is `App`
    static String springBoot(Path folder) throws IOException, InterruptedException {
        Path pom = Files.writeString(folder.resolve("pom.xml"), """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>test</groupId><artifactId>test</artifactId><version>1</version>
                  <dependencyManagement><dependencies><dependency>
                    <groupId>org.springframework.boot</groupId><artifactId>spring-boot-dependencies</artifactId>
                    <version>%1$s</version><type>pom</type><scope>import</scope>
                  </dependency></dependencies></dependencyManagement>
                  <dependencies><dependency>
                    <groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId>
                    <version>%1$s</version>
                  </dependency></dependencies>
                </project>
                """.formatted(SPRING_BOOT));
        Path list = folder.resolve("classpath");
        maven(folder, "-f", pom.toString(), "dependency:build-classpath", "-Dmdep.outputFile=" + list);
        Path source = Files.writeString(folder.resolve("App.java"), """
                package app;

                import org.springframework.boot.SpringApplication;
                import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

                @EnableAutoConfiguration
                public class App {
                    public static void main(String[] arguments) {
                        SpringApplication.run(App.class, arguments);
                    }
                }
                """);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        String jars = Files.readString(list).strip();
        String javac = System.getProperty("java.home") + "/bin/javac";
        run(folder, javac, "-proc:none", "-d", classes.toString(), "-cp", jars, source.toString());
        return classes + File.pathSeparator + jars;
    }

    private static void maven(Path folder, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mvn", "-q", "-B"));
        command.addAll(List.of(words));
        List<String> fromCache = new ArrayList<>(command);
        fromCache.add("-o");
        try {
            run(folder, fromCache.toArray(String[]::new));
        } catch (IOException notInCache) {
            run(folder, command.toArray(String[]::new));
        }
    }

    private static void run(Path folder, String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        int code = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + code + ": " + Files.readString(log));
        }
    }
}
