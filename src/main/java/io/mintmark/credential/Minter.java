package io.mintmark.credential;

import io.mintmark.keys.KeysUnavailable;
import io.mintmark.policy.Decision;
import java.time.Instant;

/** Strikes what was granted: builds, signs, and checks the product before it leaves. */
public interface Minter {
  /**
   * Never waits.
   *
   * @throws KeysUnavailable where no authority is active, or none lives long enough
   * @throws NotStruck where nothing may be struck from this grant
   */
  Credential mint(Decision.Grant grant, Instant now) throws KeysUnavailable, NotStruck;
}
