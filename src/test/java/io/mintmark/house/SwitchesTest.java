package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

class SwitchesTest {
  @Test
  void noSwitchOverASealedTypeOrAnEnumHasADefault() throws IOException {
    try (StandardJavaFileManager files =
            ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null);
        Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      List<Path> java = sources.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(Switches.withDefaultOverAllKnownCases(files.getJavaFileObjectsFromPaths(java)))
          .isEmpty();
    }
  }

  @Test
  void suchADefaultIsFound() throws IOException {
    String source =
        """
        package io.mintmark.house.bad;
        class Bad {
          sealed interface Shape {}
          record Round() implements Shape {}
          record Square() implements Shape {}
          enum Colour { RED, BLUE }
          int all(Shape shape) {
            return switch (shape) { case Round _ -> 1; case Square _ -> 2; };
          }
          int some(Shape shape) {
            return switch (shape) { case Round _ -> 1; default -> 2; };
          }
          void statement(Colour colour) {
            switch (colour) {
              case RED: break;
              default: break;
            }
          }
          int foreign(java.util.concurrent.TimeUnit unit) {
            return switch (unit) { case DAYS -> 1; default -> 2; };
          }
          int text(String text) {
            return switch (text) { case "a" -> 1; default -> 2; };
          }
        }
        """;
    assertThat(Switches.withDefaultOverAllKnownCases(List.of(source("Bad.java", source))))
        .containsExactly("Bad.java:11", "Bad.java:14");
  }

  private static JavaFileObject source(String name, String text) {
    return new SimpleJavaFileObject(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
