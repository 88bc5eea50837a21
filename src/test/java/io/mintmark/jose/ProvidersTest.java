package io.mintmark.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidersTest {
  @ParameterizedTest
  @ValueSource(strings = {"bc", "jdk", "BC", " jdk "})
  void everyForcedProviderCanDoAllThatIsAskedOfIt(String forced) throws GeneralSecurityException {
    Providers providers = Providers.choose(forced);
    Signature.getInstance("SHA256withECDSAinP1363Format", providers.elliptic());
    Signature.getInstance("SHA384withECDSA", providers.elliptic());
    Signature.getInstance("Ed25519", providers.edwards());
    KeyPairGenerator.getInstance("Ed25519", providers.edwardsKeys());
    Signature.getInstance("RSASSA-PSS", providers.rsa());
    assertThat(providers.name()).startsWithIgnoringCase(forced.strip());
  }

  @Test
  void withNothingForcedSomethingIsChosen() {
    assertThat(Providers.choose(null).name()).matches("(ACCP|BC) [0-9.]+");
    assertThat(Providers.choose(" ").name()).isEqualTo(Providers.choose(null).name());
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> Providers.choose("openssl"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("accp, bc, jdk");
  }
}
