// Package ejbca has the names that SPIRE's EJBCA plug-in mentions, so that SPIRE links without the
// real client. Configuring that plug-in fails; nothing else in SPIRE touches this.
package ejbca

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
)

var errLeftOut = errors.New("this SPIRE was built without EJBCA")

// What the plug-in configures before its first call.
type (
	Authenticator            any
	Configuration            struct{ Host string }
	MTLSAuthenticatorBuilder struct{}
	APIClient                struct{ V1CertificateApi *v1CertificateAPI }
	v1CertificateAPI         struct{}
)

func NewConfiguration() *Configuration                          { return new(Configuration) }
func (*Configuration) SetAuthenticator(Authenticator)           {}
func NewAPIClient(*Configuration) (*APIClient, error)           { return nil, errLeftOut }
func NewMTLSAuthenticatorBuilder() *MTLSAuthenticatorBuilder    { return nil }
func (*MTLSAuthenticatorBuilder) Build() (Authenticator, error) { return nil, errLeftOut }

func (b *MTLSAuthenticatorBuilder) WithClientCertificate(*tls.Certificate) *MTLSAuthenticatorBuilder {
	return b
}

func (b *MTLSAuthenticatorBuilder) WithCaCertificates([]*x509.Certificate) *MTLSAuthenticatorBuilder {
	return b
}

// The one call that it makes.
type (
	ApiEnrollPkcs10CertificateRequest struct{}
	EnrollCertificateRestRequest      struct{}
	CertificateRestResponse           struct{ CertificateChain []string }
	GenericOpenAPIError               struct{}
)

func (*v1CertificateAPI) EnrollPkcs10Certificate(context.Context) (r ApiEnrollPkcs10CertificateRequest) {
	return r
}

func (r ApiEnrollPkcs10CertificateRequest) EnrollCertificateRestRequest(EnrollCertificateRestRequest) ApiEnrollPkcs10CertificateRequest {
	return r
}

func (ApiEnrollPkcs10CertificateRequest) Execute() (*CertificateRestResponse, *http.Response, error) {
	return nil, nil, errLeftOut
}

func NewEnrollCertificateRestRequest() *EnrollCertificateRestRequest { return nil }

func (*EnrollCertificateRestRequest) SetUsername(string)                 {}
func (*EnrollCertificateRestRequest) SetPassword(string)                 {}
func (*EnrollCertificateRestRequest) SetCertificateRequest(string)       {}
func (*EnrollCertificateRestRequest) SetCertificateAuthorityName(string) {}
func (*EnrollCertificateRestRequest) SetCertificateProfileName(string)   {}
func (*EnrollCertificateRestRequest) SetEndEntityProfileName(string)     {}
func (*EnrollCertificateRestRequest) SetIncludeChain(bool)               {}
func (*EnrollCertificateRestRequest) SetAccountBindingId(string)         {}

func (*CertificateRestResponse) GetResponseFormat() string { return "" }
func (*CertificateRestResponse) GetCertificate() string    { return "" }

func (*GenericOpenAPIError) Error() string { return errLeftOut.Error() }
func (*GenericOpenAPIError) Body() []byte  { return nil }
