package io.mintmark.sidecar.cloud;

import java.time.Instant;

/** What AWS's Security Token Service says, as its API reference shows it. */
final class StsWords {
  static final String ROLE = "arn:aws:iam::123456789012:role/teams/orders";
  static final String ASSUMED = "arn:aws:sts::123456789012:assumed-role/orders/orders-1";

  private StsWords() {}

  static String session(Instant until) {
    return session(until.toString(), ASSUMED);
  }

  static String session(String until, String assumed) {
    return """
    <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
      <AssumeRoleWithWebIdentityResult>
        <SubjectFromWebIdentityToken>spiffe://prod.example.org/orders</SubjectFromWebIdentityToken>
        <Audience>sts.amazonaws.com</Audience>
        <AssumedRoleUser>
          <Arn>%s</Arn>
          <AssumedRoleId>AROACLKWSDQRAOEXAMPLE:orders-1</AssumedRoleId>
        </AssumedRoleUser>
        <Credentials>
          <SessionToken>AQoDYXdzEE0a8ANXXXXXXXXNO1ewxE5TijQyp+IEXAMPLE</SessionToken>
          <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>
          <Expiration>%s</Expiration>
          <AccessKeyId>ASgeIAIOSFODNN7EXAMPLE</AccessKeyId>
        </Credentials>
        <Provider>arn:aws:iam::123456789012:oidc-provider/mintmark.example.org</Provider>
      </AssumeRoleWithWebIdentityResult>
      <ResponseMetadata><RequestId>ad4156e9-bce1-11e2-82e6-6b6efEXAMPLE</RequestId></ResponseMetadata>
    </AssumeRoleWithWebIdentityResponse>
    """
        .formatted(assumed, until);
  }

  static String error(String code, String message) {
    return """
    <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
      <Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>
      <RequestId>4e5f6a</RequestId>
    </ErrorResponse>
    """
        .formatted(code, message);
  }
}
