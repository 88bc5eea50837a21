package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule finds what breaks it, in classes that break them all. */
class HouseRulesTest {
  private static final String BAD = "io.mintmark.house.bad";
  private static final House HOUSE = new House(BAD, new ClassFileImporter().importPackages(BAD));
  private static final Map<String, Set<String>> TABLE =
      Map.of(
          "workload", Set.of(),
          "keys", Set.of(),
          "policy", Set.of(),
          "evidence", Set.of(),
          "sidecar", Set.of("workload", "keys.Absent"));

  @Test
  void anImportThatTheTableDoesNotAllowIsFound() {
    assertThat(HOUSE.importsThatNobodyAllowed(TABLE, Set.of()))
        .containsExactly(
            BAD + ".sidecar.Thief imports " + BAD + ".keys.Ring", "util is not in the table");
  }

  @Test
  void aForgedProofIsFoundByCallAndByReference() {
    assertThat(HOUSE.constructionsOutside("evidence", "workload.Proof"))
        .containsExactly(
            BAD + ".sidecar.Thief calls " + BAD + ".workload.Proof$Bound.<init>(java.lang.String)",
            BAD + ".sidecar.Thief calls " + BAD + ".workload.Proof.<init>(java.lang.String)");
  }

  @Test
  void everyReadOfTheClockIsFound() {
    assertThat(HOUSE.readsOfTheClock())
        .containsExactly(
            BAD + ".policy.Clockwatcher calls java.lang.System.currentTimeMillis()",
            BAD + ".policy.Clockwatcher calls java.time.Instant.now()",
            BAD + ".policy.Clockwatcher calls java.time.InstantSource.system()",
            BAD + ".policy.Clockwatcher calls java.util.Date.<init>()");
  }

  @Test
  void aPartialMatchIsFound() {
    assertThat(HOUSE.partialMatches())
        .containsExactly(BAD + ".policy.Clockwatcher calls java.util.regex.Matcher.find()");
  }

  @Test
  void aServerWithoutADoorIsFound() {
    assertThat(HOUSE.unguardedServers())
        .containsExactly(BAD + ".policy.Clockwatcher calls io.vertx.core.Vertx.createHttpServer()");
  }

  @Test
  void aPlatformThatLeansOnAnotherIsFound() {
    assertThat(HOUSE.importsBetweenSubpackagesOf("evidence"))
        .containsExactly(BAD + ".evidence.aws.Reader imports " + BAD + ".evidence.tpm.Quote");
  }

  @Test
  void drawersAndVagueNamesAreFound() {
    assertThat(HOUSE.drawers()).containsExactly(BAD + ".util");
    assertThat(HOUSE.vagueNames()).containsExactly(BAD + ".util.StringHelper");
  }
}
