package io.mintmark.api.admin;

import io.mintmark.workload.Reason;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Port: the record of operators' calls. Calls wait until the record is durable. */
public interface Acts {
  /** A call that has just come; nothing is recorded yet. */
  Act begin(Act.Action action, InetAddress source, @Nullable String traceparent);

  /** Records a call that is let in, before it is answered. */
  void done(Act act, String detail) throws Unrecorded;

  /**
   * Records a call that is refused. Above a rate those of strangers are summed, as other refusals
   * are, and those of operators who ask too often.
   */
  void refused(Act act, Reason reason, String detail) throws Unrecorded;
}
