package dev.anteroom.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// What the module descriptors cannot say of the rooms.
class RoomsTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.anteroom");

    @Test
    void onlyTheKernelRoomMakesNativeCalls() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.anteroom.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(MAIN);
    }

    @Test
    void theRulesDoNoInputOrOutputAndKeepNoClock() {
        classes()
                .that()
                .resideInAPackage("dev.anteroom.queue..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.anteroom.queue..",
                        "java.lang..",
                        "java.math..",
                        "java.util..",
                        "java.time..",
                        "org.jspecify..")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAnyPackage("dev.anteroom.queue..", "dev.anteroom.diagnosis..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(MAIN);
    }

    @Test
    void theDiagnosisNeitherReadsNorWritesTheHost() {
        noClasses()
                .that()
                .resideInAPackage("dev.anteroom.diagnosis..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io..", "java.nio..", "java.net..", "dev.anteroom.kernel..")
                .check(MAIN);
    }
}
