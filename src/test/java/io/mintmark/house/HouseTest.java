package io.mintmark.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import io.mintmark.workload.WorkloadId;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of the house, over the code that ships. */
class HouseTest {
  private static final House HOUSE = new House("io.mintmark", shipped());

  @Test
  void everyRoomImportsOnlyWhatTheTableAllows() {
    assertThat(HOUSE.importsThatNobodyAllowed(Imports.MAY_IMPORT, Imports.SUBROOMS)).isEmpty();
  }

  @Test
  void withinTheSidecarTheSameIsTrueOfItsRooms() {
    JavaClasses sidecar = shipped().that(resideInAPackage("io.mintmark.sidecar.."));
    assertThat(
            new House("io.mintmark.sidecar", sidecar)
                .importsThatNobodyAllowed(Imports.WITHIN_SIDECAR, Set.of()))
        .isEmpty();
  }

  /** One costs more memory than all that a sidecar holds. */
  @Test
  void whatASidecarRunsMakesNoObjectMapper() {
    assertThat(
            shipped()
                .that(
                    resideInAnyPackage(
                        "io.mintmark.sidecar..", "io.mintmark.jose..", "io.mintmark.spiffe.."))
                .stream()
                .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                .filter(each -> each.getTargetClass().isAssignableTo(ObjectMapper.class)))
        .isEmpty();
  }

  @Test
  void onlyEvidenceConstructsAnAttestedWorkload() {
    assertThat(HOUSE.constructionsOutside("evidence", "workload.AttestedWorkload")).isEmpty();
  }

  @Test
  void onlyPolicyConstructsAGrant() {
    assertThat(HOUSE.constructionsOutside("policy", "policy.Decision$Grant")).isEmpty();
  }

  @Test
  void onlyCredentialConstructsACredential() {
    assertThat(HOUSE.constructionsOutside("credential", "credential.Credential")).isEmpty();
  }

  @Test
  void onlyWhoReadsTheApiServerSaysWhatItAttests() {
    assertThat(HOUSE.constructionsOutside("kubernetes", "evidence.Evidence$ClusterRequest"))
        .isEmpty();
  }

  @Test
  void nobodyReadsTheWallClock() {
    assertThat(HOUSE.readsOfTheClock()).isEmpty();
  }

  @Test
  void patternsMatchWholeStrings() {
    assertThat(HOUSE.partialMatches()).isEmpty();
  }

  @Test
  void everyServerStandsBehindTheDoor() {
    assertThat(HOUSE.unguardedServers()).isEmpty();
  }

  @Test
  void platformsOfEvidenceAreStrangersToEachOther() {
    assertThat(HOUSE.importsBetweenSubpackagesOf("evidence")).isEmpty();
  }

  @Test
  void everyPackageIsARoomWithAName() {
    assertThat(HOUSE.drawers()).isEmpty();
    assertThat(HOUSE.vagueNames()).isEmpty();
  }

  @Test
  void theProofTypesThatTheRulesNameExist() {
    assertThat(HOUSE.classes())
        .extracting(type -> type.getName())
        .contains(
            "io.mintmark.workload.AttestedWorkload",
            "io.mintmark.evidence.Evidence$ClusterRequest",
            "io.mintmark.policy.Decision$Grant",
            "io.mintmark.credential.Credential$AccessToken");
  }

  private static JavaClasses shipped() {
    var source = WorkloadId.class.getProtectionDomain().getCodeSource().getLocation();
    return new ClassFileImporter().importLocations(Set.of(Location.of(source)));
  }
}
