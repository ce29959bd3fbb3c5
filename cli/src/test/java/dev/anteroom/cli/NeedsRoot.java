package dev.anteroom.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// A test that makes network namespaces, for which it has to be root.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
        named = "user.name",
        matches = "root",
        disabledReason = "makes network namespaces: run the tests as root")
@interface NeedsRoot {}
