package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	random "math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/spiffebundle"
)

// bundles makes trust bundles: SPIFFE's JWK sets.
type bundles struct {
	keys   map[string]crypto.PublicKey
	roots  [][]byte
	random *random.Rand
	faults []fault[bundle]
}

// bundle is one in the making.
type bundle struct {
	document object
	entries  []*object
}

// members of a JWK that say which key it is.
func members(key crypto.PublicKey) string {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil { // of a curve that has no such form here
			return `"kty":"EC","crv":"P-224","x":"AA","y":"AA"`
		}
		half := (len(point) - 1) / 2
		return fmt.Sprintf(`"kty":"EC","crv":%q,"x":%q,"y":%q`, key.Params().Name, encoded(point[1:1+half]), encoded(point[1+half:]))
	case *rsa.PublicKey:
		exponent := binary.BigEndian.AppendUint32(nil, uint32(key.E))
		return fmt.Sprintf(`"kty":"RSA","n":%q,"e":%q`, encoded(key.N.Bytes()), encoded(trimmed(exponent)))
	case ed25519.PublicKey:
		return fmt.Sprintf(`"kty":"OKP","crv":"Ed25519","x":%q`, encoded(key))
	}
	return `"kty":"X"`
}

func trimmed(b []byte) []byte {
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	return b
}

func newBundles() (*bundles, error) {
	edKey, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	b := &bundles{keys: map[string]crypto.PublicKey{
		"P-256": elliptical(elliptic.P256()).Public(), "P-384": elliptical(elliptic.P384()).Public(), "P-521": elliptical(elliptic.P521()).Public(),
		"another P-256": elliptical(elliptic.P256()).Public(),
		"RSA of 2048":   rsaKey(2048).Public(), "RSA of 1024": rsaKey(1024).Public(), "Ed25519": edKey,
	}}
	s := &chains{random: random.New(random.NewPCG(1, 1)), keys: []crypto.Signer{elliptical(elliptic.P256())}}
	for i := range 3 {
		root := s.authority(fmt.Sprintf("root %d", i), now())
		root.issuer, root.signer = root.subject, root.key
		b.roots = append(b.roots, root.issue())
	}
	noCA := s.authority("no CA", now())
	noCA.issuer, noCA.signer = noCA.subject, noCA.key
	noCA.extend(oidConstraints, true, tlv(0x30))
	b.roots = append(b.roots, noCA.issue())
	b.faults = b.allFaults()
	return b, nil
}

// entry is a key as it stands in the set.
func entry(text string) *object {
	o := &object{}
	for _, part := range strings.Split(text, ",") {
		name, value, _ := strings.Cut(part, ":")
		o.members = append(o.members, member{strings.Trim(name, `"`), value})
	}
	return o
}

func (b *bundles) root(i int) string { return quoted(base64.StdEncoding.EncodeToString(b.roots[i])) }

func (b *bundles) x509Entry(i int) *object {
	parsed, err := x509.ParseCertificate(b.roots[i])
	if err != nil {
		panic(err)
	}
	o := entry(members(parsed.PublicKey))
	o.set("use", `"x509-svid"`)
	o.set("x5c", "["+b.root(i)+"]")
	return o
}

func (b *bundles) jwtEntry(key, id string) *object {
	o := entry(members(b.keys[key]))
	o.set("use", `"jwt-svid"`)
	o.set("kid", quoted(id))
	return o
}

func (b *bundles) make(random *random.Rand) (*input, error) {
	b.random = random
	made := &bundle{entries: []*object{b.x509Entry(0), b.x509Entry(1), b.jwtEntry("P-256", "one"), b.jwtEntry("RSA of 2048", "two")}}
	random.Shuffle(len(made.entries), func(i, j int) { made.entries[i], made.entries[j] = made.entries[j], made.entries[i] })
	made.document.set("keys", "[]")
	made.document.set("spiffe_sequence", "7")
	made.document.set("spiffe_refresh_hint", "300")
	done := one(random, b.faults, made) // of two, each would have its own part in what is read
	if made.document.get("keys") == "[]" {
		entries := []string{}
		for _, e := range made.entries {
			entries = append(entries, e.String())
		}
		made.document.set("keys", "["+strings.Join(entries, ",")+"]")
	}
	in := &input{Kind: "bundle", Done: done, Now: now().UnixMilli(), Bundle: []byte(made.document.String())}
	parsed, err := spiffebundle.Parse(domain, in.Bundle)
	said := ""
	if err == nil {
		said = content(parsed)
	}
	in.judge(said, err)
	return in, nil
}

// content is what a bundle says, as the other side writes it, too.
func content(of *spiffebundle.Bundle) string {
	parts := []string{}
	for _, authority := range of.X509Authorities() {
		parts = append(parts, "x509 "+digest(authority.Raw))
	}
	for id, key := range of.JWTAuthorities() {
		encodedKey, err := x509.MarshalPKIXPublicKey(key)
		if err != nil {
			encodedKey = []byte(fmt.Sprintf("%T", key))
		}
		parts = append(parts, "jwt "+quoted(id)+" "+digest(encodedKey))
	}
	slices.Sort(parts)
	if sequence, ok := of.SequenceNumber(); ok {
		parts = append(parts, fmt.Sprintf("sequence %d", sequence))
	}
	if hint, ok := of.RefreshHint(); ok {
		parts = append(parts, fmt.Sprintf("hint %d", hint/time.Second))
	}
	return strings.Join(slices.Compact(parts), "\n")
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

func (b *bundles) allFaults() []fault[bundle] {
	var all []fault[bundle]
	add := func(name string, do func(*bundle)) { all = append(all, fault[bundle]{name, do}) }
	document := func(name, member, value string) {
		add(member+" "+name, func(made *bundle) { made.document.set(member, value) })
	}
	// an entry more, with something done to it
	x509Entry := func(name string, do func(*object)) {
		add("certificate "+name, func(made *bundle) {
			o := b.x509Entry(2)
			do(o)
			made.entries = append(made.entries, o)
		})
	}
	jwtEntry := func(name, key string, do func(*object)) {
		add("key "+name, func(made *bundle) {
			o := b.jwtEntry(key, "three")
			do(o)
			made.entries = append(made.entries, o)
		})
	}
	nothing := func(*object) {}
	with := func(member, value string) func(*object) { return func(o *object) { o.set(member, value) } }

	for _, member := range []string{"spiffe_sequence", "spiffe_refresh_hint"} {
		each(times(7), func(name, value string) { document(name, member, value) })
		document("absent", member, "")
		document("2^64-1", member, "18446744073709551615")
		document("2^64", member, "18446744073709551616")
		document("of 30 years", member, "946080000")
		add(member+" twice", func(made *bundle) { made.document.again(member, "9") })
		add(member+" in upper case", func(made *bundle) { made.document.rename(member, strings.ToUpper(member)) })
	}
	each(map[string]string{"absent": "", "null": "null", "object": "{}", "string": `"x"`, "of numbers": "[1]", "of null": "[null]", "of an empty object": "[{}]", "of arrays": "[[]]", "empty": "[ ]"},
		func(name, value string) { document(name, "keys", value) })
	add("keys twice", func(made *bundle) { made.document.again("keys", "[]") })
	add("keys in upper case", func(made *bundle) {
		entries := []string{}
		for _, e := range made.entries {
			entries = append(entries, e.String())
		}
		made.document.set("keys", "["+strings.Join(entries, ",")+"]")
		made.document.rename("keys", "KEYS")
	})
	document("is there", "trust_domain", `"other.example.org"`)
	for _, name := range sorted(writings) {
		add("written "+name, func(made *bundle) { made.document.raw = writings[name] })
	}
	add("of 2 MiB", func(made *bundle) {
		made.document.raw = func(s string) string { return s[:len(s)-1] + strings.Repeat(" ", 2<<20) + "}" }
	})
	add("of 1,001 keys", func(made *bundle) {
		for i := range 1001 {
			made.entries = append(made.entries, b.jwtEntry("P-256", fmt.Sprint("k", i)))
		}
	})

	for _, use := range []string{"jwt-svid", "x509-svid", "wit-svid", "sig", "enc", "JWT-SVID", "other", ""} {
		x509Entry("of use "+quoted(use), with("use", quoted(use)))
		jwtEntry("of use "+quoted(use), "P-384", with("use", quoted(use)))
	}
	each(map[string]string{"absent": "", "null": "null", "a number": "1", "an array": `["jwt-svid"]`, "an object": "{}"}, func(name, value string) {
		for _, member := range []string{"use", "kid", "kty", "crv", "x", "y", "x5c"} {
			x509Entry(member+" "+name, with(member, value))
			if member != "x5c" {
				jwtEntry(member+" "+name, "P-384", with(member, value))
			}
		}
		for _, member := range []string{"n", "e"} {
			jwtEntry(member+" "+name, "RSA of 2048", with(member, value))
		}
	})
	x509Entry("right", nothing)
	x509Entry("with a key ID", with("kid", `"x"`))
	x509Entry("with the key ID of another", with("kid", `"one"`))
	x509Entry("of another key", func(o *object) {
		*o = *entry(members(b.keys["P-384"]))
		o.set("use", `"x509-svid"`)
		o.set("x5c", "["+b.root(2)+"]")
	})
	x509Entry("of two", with("x5c", "["+b.root(2)+","+b.root(1)+"]"))
	x509Entry("and rubbish", with("x5c", "["+b.root(2)+`,"AAAA"]`))
	x509Entry("of none", with("x5c", "[]"))
	x509Entry("rubbish", with("x5c", `["AAAA"]`))
	x509Entry("no base64", with("x5c", `["*"]`))
	x509Entry("no CA", with("x5c", "["+b.root(3)+"]"))
	x509Entry("in base64url", with("x5c", "["+quoted(encoded(b.roots[2]))+"]"))
	x509Entry("without padding", with("x5c", "["+quoted(base64.RawStdEncoding.EncodeToString(b.roots[2]))+"]"))
	x509Entry("with line breaks", with("x5c", `["`+lines(base64.StdEncoding.EncodeToString(b.roots[2]))+`"]`))
	x509Entry("in PEM", with("x5c", `["-----BEGIN CERTIFICATE-----\n`+base64.StdEncoding.EncodeToString(b.roots[2])+`\n-----END CERTIFICATE-----\n"]`))
	x509Entry("with bytes after", with("x5c", "["+quoted(base64.StdEncoding.EncodeToString(append(slices.Clone(b.roots[2]), 0)))+"]"))
	x509Entry("twice", func(o *object) { o.set("x5c", "["+b.root(0)+"]") })
	x509Entry("of an unknown type", with("kty", `"PQC"`))
	x509Entry("with a private key", with("d", `"AAAA"`))
	x509Entry("with a digest", with("x5t", `"AAAA"`))
	x509Entry("with a digest of SHA-256", with("x5t#S256", `"AAAA"`))
	x509Entry("with an address", with("x5u", `"https://evil.example.org/x"`))

	for _, key := range sorted(b.keys) {
		jwtEntry("of "+key, key, nothing)
	}
	jwtEntry("with an empty ID", "P-384", with("kid", `""`))
	jwtEntry("with a long ID", "P-384", with("kid", quoted(strings.Repeat("k", 300))))
	jwtEntry("with another's ID", "another P-256", with("kid", `"one"`))
	jwtEntry("twice", "P-256", with("kid", `"one"`))
	for _, alg := range []string{"ES384", "ES256", "RS256", "HS256", "none", "RSA-OAEP", ""} {
		jwtEntry("for "+quoted(alg), "P-384", with("alg", quoted(alg)))
	}
	each(map[string]string{"verify": `["verify"]`, "sign": `["sign"]`, "encrypt": `["encrypt"]`, "none": "[]", "no array": `"verify"`},
		func(name, value string) { jwtEntry("operations "+name, "P-384", with("key_ops", value)) })
	for _, kty := range []string{"RSA", "OKP", "oct", "ec", "PQC"} {
		jwtEntry("of type "+kty, "P-384", with("kty", quoted(kty)))
	}
	for _, crv := range []string{"P-256", "P-521", "secp256k1", "p-384", ""} {
		jwtEntry("on curve "+quoted(crv), "P-384", with("crv", quoted(crv)))
	}
	jwtEntry("symmetric", "P-384", func(o *object) { *o = *entry(`"kty":"oct","k":"AAAA","kid":"three","use":"jwt-svid"`) })
	jwtEntry("symmetric of another use", "P-384", func(o *object) { *o = *entry(`"kty":"oct","k":"AAAA","kid":"three","use":"sig"`) })
	jwtEntry("private", "P-384", with("d", `"`+strings.Repeat("A", 64)+`"`))
	jwtEntry("off the curve", "P-384", with("x", quoted(encoded(make([]byte, 48)))))
	jwtEntry("with a short x", "P-384", with("x", `"AAAA"`))
	jwtEntry("with a padded x", "P-384", func(o *object) { o.set("x", o.get("x")[:len(o.get("x"))-1]+`="`) })
	jwtEntry("with a long x", "P-384", func(o *object) { o.set("x", `"AAAA`+o.get("x")[1:]) })
	jwtEntry("with x in the standard alphabet", "P-384", func(o *object) { o.set("x", strings.NewReplacer("-", "+", "_", "/").Replace(o.get("x"))) })
	for _, exponent := range []int64{0, 1, 2, 3, 4, 65537, 1 << 33} {
		jwtEntry(fmt.Sprintf("with exponent %d", exponent), "RSA of 2048", with("e", quoted(encoded(big.NewInt(exponent).Bytes()))))
	}
	jwtEntry("with zeros before n", "RSA of 2048", func(o *object) { o.set("n", `"AAAA`+o.get("n")[1:]) })
	jwtEntry("with an even n", "RSA of 2048", with("n", quoted(encoded(new(big.Int).Lsh(big.NewInt(1), 2047).Bytes()))))
	jwtEntry("with an empty n", "RSA of 2048", with("n", `""`))
	jwtEntry("of 16,384 bits", "RSA of 2048", with("n", quoted(encoded(new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 16383), big.NewInt(1)).Bytes()))))
	jwtEntry("with members of others", "P-384", with("x5c", "["+b.root(2)+"]"))
	for _, member := range []string{"kid", "use", "kty", "crv", "x"} {
		jwtEntry(member+" twice", "P-384", func(o *object) { o.again(member, `"other"`) })
		jwtEntry(member+" in upper case", "P-384", func(o *object) { o.rename(member, strings.ToUpper(member)) })
	}
	return all
}

func lines(text string) string {
	out := ""
	for len(text) > 64 {
		out, text = out+text[:64]+`\n`, text[64:]
	}
	return out + text
}
