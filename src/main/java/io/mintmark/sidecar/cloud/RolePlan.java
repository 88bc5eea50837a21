package io.mintmark.sidecar.cloud;

import io.mintmark.sidecar.held.Wanted;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A role of AWS that a token is exchanged for.
 *
 * @param token what AWS's Security Token Service is shown
 * @param lifetime of a session, 15 minutes to 12 hours
 * @param sts {@code https://host[:port]} of the Security Token Service
 * @param authorities whom to believe to be that; null for the system's
 */
record RolePlan(
    Wanted token,
    RoleArn role,
    String sessionName,
    Duration lifetime,
    URI sts,
    @Nullable Path authorities) {}
