package io.mintmark;

import io.mintmark.api.admin.Act;
import io.mintmark.api.admin.KeyAdmin;
import io.mintmark.keys.KeyCommand;
import io.mintmark.keys.KeyRing;
import io.mintmark.keys.KeyUse;
import io.mintmark.keys.KeyView;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key ring for operators. What they change in it is recorded as theirs before it is made, which
 * the ring sees to.
 */
record RingAdmin(KeyRing ring, InstantSource clock) implements KeyAdmin {
  @Override
  public List<Line> keys() {
    return ring.views(clock.instant()).stream().map(RingAdmin::line).toList();
  }

  @Override
  public Result run(Command command, Act act) throws IOException {
    return Chronicle.asked(act, () -> run(command));
  }

  private Result run(Command command) throws IOException {
    Optional<KeyUse> use = KeyUse.ofWord(command.use());
    if (use.isEmpty()) {
      return new Refused("\"use\" is access-token, jwt-svid or x509-authority");
    }
    Instant now = clock.instant();
    String id = command.id() == null ? "" : command.id();
    return result(
        switch (command.action()) {
          case "prepare" -> prepare(use.get(), command.algorithm(), now);
          case "activate" -> ring.activate(use.get(), id, command.force(), now);
          case "retire" -> ring.revoke(use.get(), id, now);
          default -> new KeyCommand.Refused("the action is unknown");
        });
  }

  private KeyCommand prepare(KeyUse use, @Nullable String word, Instant now) throws IOException {
    Optional<SignatureAlgorithm> algorithm =
        word == null ? Optional.empty() : SignatureAlgorithm.ofWord(word);
    return algorithm.isEmpty()
        ? new KeyCommand.Refused("the algorithm is unknown")
        : ring.prepare(use, algorithm.get(), now);
  }

  private static Result result(KeyCommand command) {
    return switch (command) {
      case KeyCommand.Done done -> new Done(line(done.key()));
      case KeyCommand.Refused refused -> new Refused(refused.message());
    };
  }

  private static Line line(KeyView key) {
    return new Line(
        key.use().word(),
        key.id(),
        key.algorithm().word(),
        key.state().word(),
        key.notBefore(),
        key.notAfter(),
        key.age().toSeconds());
  }
}
