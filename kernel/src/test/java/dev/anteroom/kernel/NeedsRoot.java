package dev.anteroom.kernel;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Tests that make network namespaces of their own: they are left out, with the reason, where this is not allowed.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsRoot.Condition.class)
@interface NeedsRoot {

    /// Root, and the tools to make a namespace.
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return missing().isEmpty()
                    ? ConditionEvaluationResult.enabled("may make network namespaces")
                    : ConditionEvaluationResult.disabled(missing());
        }

        private static String missing() {
            try {
                if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
                    return "needs root to make a private network namespace";
                }
                Process process = new ProcessBuilder("unshare", "-n", "true").start();
                return process.waitFor() == 0 ? "" : "root, but 'unshare -n' is not permitted here";
            } catch (IOException noTool) {
                return "needs Linux with unshare(1): " + noTool.getMessage();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return "interrupted";
            }
        }
    }
}
