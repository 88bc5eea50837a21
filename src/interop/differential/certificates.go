package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// certificate is an X.509 certificate in the making, encoded here so that it can be encoded wrongly.
type certificate struct {
	version       int // as it is encoded: 2 is version 3
	serial        *big.Int
	issuer        []byte // the encoded name
	subject       []byte
	notBefore     []byte // the encoded time
	notAfter      []byte
	key           crypto.Signer
	spki          []byte // in the place of the key's
	extensions    []pkix.Extension
	signer        crypto.Signer
	hash          crypto.Hash           // zero for the usual one of the signer's key
	inner         asn1.ObjectIdentifier // an algorithm named within that is not the one named outside
	signature     func([]byte) []byte   // what is done to the signature
	longer        bool                  // the signature's length is in more bytes than it needs
	encoded       func([]byte) []byte   // what is done to the whole
	withoutExtras bool                  // no extensions at all
}

type algorithm struct {
	oid  asn1.ObjectIdentifier
	hash crypto.Hash
	null bool // RSA's algorithms have parameters, which are null
}

var (
	ecdsaSHA1   = algorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}, crypto.SHA1, false}
	ecdsaSHA256 = algorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, crypto.SHA256, false}
	ecdsaSHA384 = algorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, crypto.SHA384, false}
	ecdsaSHA512 = algorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, crypto.SHA512, false}
	rsaSHA1     = algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}, crypto.SHA1, true}
	rsaSHA256   = algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, crypto.SHA256, true}
	rsaSHA512   = algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, crypto.SHA512, true}
	ed25519Pure = algorithm{asn1.ObjectIdentifier{1, 3, 101, 112}, 0, false}
)

var (
	oidSubjectKey   = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidKeyUsage     = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidNames        = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidConstraints  = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidNameLimits   = asn1.ObjectIdentifier{2, 5, 29, 30}
	oidPolicies     = asn1.ObjectIdentifier{2, 5, 29, 32}
	oidAuthorityKey = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidPolicyLimits = asn1.ObjectIdentifier{2, 5, 29, 36}
	oidPurposes     = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidAnyPolicy    = asn1.ObjectIdentifier{2, 5, 29, 54}
	oidUnknown      = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 55555, 1}
)

// tlv is one element of DER.
func tlv(tag byte, parts ...[]byte) []byte {
	var content []byte
	for _, part := range parts {
		content = append(content, part...)
	}
	length := len(content)
	switch {
	case length < 128:
		return append([]byte{tag, byte(length)}, content...)
	case length < 256:
		return append([]byte{tag, 0x81, byte(length)}, content...)
	case length < 65536:
		return append([]byte{tag, 0x82, byte(length >> 8), byte(length)}, content...)
	}
	return append([]byte{tag, 0x83, byte(length >> 16), byte(length >> 8), byte(length)}, content...)
}

func der(value any) []byte {
	out, err := asn1.Marshal(value)
	if err != nil {
		panic(err)
	}
	return out
}

func name(common string) []byte {
	return tlv(0x30, tlv(0x31, tlv(0x30, der(asn1.ObjectIdentifier{2, 5, 4, 3}), tlv(0x0c, []byte(common)))))
}

func utc(at time.Time) []byte { return tlv(0x17, []byte(at.UTC().Format("060102150405Z"))) }

func generalized(at time.Time) []byte { return tlv(0x18, []byte(at.UTC().Format("20060102150405Z"))) }

// extend sets an extension, in the place of one of the same type; nil takes it away.
func (c *certificate) extend(id asn1.ObjectIdentifier, critical bool, value []byte) {
	kept := c.extensions[:0]
	for _, extension := range c.extensions {
		if !extension.Id.Equal(id) {
			kept = append(kept, extension)
		}
	}
	c.extensions = kept
	if value != nil {
		c.extensions = append(c.extensions, pkix.Extension{Id: id, Critical: critical, Value: value})
	}
}

func (c *certificate) find(id asn1.ObjectIdentifier) []byte {
	for _, extension := range c.extensions {
		if extension.Id.Equal(id) {
			return extension.Value
		}
	}
	return nil
}

// algorithmOf a key, with another hash than the usual where it has such.
func algorithmOf(key crypto.Signer, hash crypto.Hash) algorithm {
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		switch {
		case hash == crypto.SHA1:
			return ecdsaSHA1
		case hash == crypto.SHA512 || key.Curve == elliptic.P521():
			return ecdsaSHA512
		case key.Curve == elliptic.P384():
			return ecdsaSHA384
		}
		return ecdsaSHA256
	case ed25519.PrivateKey:
		return ed25519Pure
	}
	switch hash {
	case crypto.SHA1:
		return rsaSHA1
	case crypto.SHA512:
		return rsaSHA512
	}
	return rsaSHA256
}

func (a algorithm) der(oid asn1.ObjectIdentifier) []byte {
	if a.null {
		return tlv(0x30, der(oid), []byte{5, 0})
	}
	return tlv(0x30, der(oid))
}

// issue encodes and signs it.
func (c *certificate) issue() []byte {
	with := algorithmOf(c.signer, c.hash)
	inner := with.oid
	if c.inner != nil {
		inner = c.inner
	}
	spki := c.spki
	if spki == nil {
		spki = public(c.key)
	}
	var version, extensions []byte
	if c.version > 0 {
		version = tlv(0xa0, der(c.version))
	}
	if !c.withoutExtras {
		extensions = tlv(0xa3, der(c.extensions))
	}
	body := tlv(0x30, version, der(c.serial), with.der(inner), c.issuer, tlv(0x30, c.notBefore, c.notAfter), c.subject, spki, extensions)
	digest := body
	if with.hash != 0 {
		h := with.hash.New()
		h.Write(body)
		digest = h.Sum(nil)
	}
	signature, err := c.signer.Sign(rand.Reader, digest, with.hash)
	if err != nil {
		panic(err)
	}
	if c.signature != nil {
		signature = c.signature(signature)
	}
	bits := tlv(0x03, []byte{0}, signature)
	if c.longer && len(bits) < 130 {
		bits = append([]byte{0x03, 0x81}, bits[1:]...)
	}
	whole := tlv(0x30, body, with.der(with.oid), bits)
	if c.encoded != nil {
		whole = c.encoded(whole)
	}
	return whole
}
