package io.mintmark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --client-certificate                        | needs --over https or grpc
          --spire /run/spire.sock                     | --spire is given and not --against spire
          --against vault                             | but was 'vault'
          --against spire,spire                       | names one twice
          --against openbao --openbao https://x       | is not an http:// address
          --against keycloak --keycloak /x            | is not an http:// address
          --against spire --rate 10                   | a closed loop
          --against spire --what jwt-svid             | compares token and certificate
          --over grpc --client-certificate --hand-over . | --hand-over writes JWT-SVIDs
          --connections 0                             | is not from 1 to 10000
          --seconds 3500                              | the proofs hold for 3600 s
          --seconds 1700 --against spire              | the proofs hold for 3600 s
          """)
  void whatCannotBeMeasuredIsSaidBeforeAnythingIsStarted(String line, String said) {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new BenchCommand()).setErr(new PrintWriter(err));
    assertThat(command.execute(line.split(" "))).isEqualTo(2);
    assertThat(err.toString().lines().findFirst().orElse("")).contains(said);
  }
}
