package main

import (
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// subjects are SPIFFE IDs and what looks like one.
var subjects = map[string]string{
	"without-path":     "spiffe://example.org",
	"slash-at-the-end": workload + "/",
	"root-slash":       "spiffe://example.org/",
	"empty-segment":    "spiffe://example.org/ns//orders",
	"dot-segment":      "spiffe://example.org/ns/./orders",
	"dot-dot-segment":  "spiffe://example.org/ns/../orders",
	"three-dots":       "spiffe://example.org/ns/.../orders",
	"percent":          "spiffe://example.org/ns/%61",
	"query":            workload + "?x",
	"fragment":         workload + "#x",
	"port":             "spiffe://example.org:443/orders",
	"user":             "spiffe://u@example.org/orders",
	"upper-scheme":     "SPIFFE://example.org/orders",
	"upper-domain":     "spiffe://EXAMPLE.org/orders",
	"upper-path":       "spiffe://example.org/Orders_1.2-3",
	"not-ascii":        "spiffe://example.org/ordérs",
	"other-domain":     "spiffe://other.example.org/orders",
	"longer-domain":    "spiffe://example.org.evil.test/orders",
	"no-scheme":        "example.org/orders",
	"https":            "https://example.org/orders",
	"empty-domain":     "spiffe:///orders",
	"one-slash":        "spiffe:/example.org/orders",
	"space-before":     " " + workload,
	"space-after":      workload + " ",
	"line-after":       workload + "\n",
	"null-byte":        "spiffe://example.org/orders\x00",
	"star":             "spiffe://example.org/*",
	"tilde":            "spiffe://example.org/~",
	"backslash":        `spiffe://example.org\orders`,
	"just-2048":        "spiffe://example.org/" + strings.Repeat("a", 2048-21),
	"one-more-2049":    "spiffe://example.org/" + strings.Repeat("a", 2049-21),
	"dot-domain":       "spiffe://example.org./orders",
	"ipv6-domain":      "spiffe://[::1]/orders",
	"empty":            "",
}

// times are the ways to write a time of so many seconds.
func times(at int64) map[string]string {
	whole := strconv.FormatInt(at, 10)
	return map[string]string{
		"null":               "null",
		"string":             quoted(whole),
		"true":               "true",
		"array":              "[" + whole + "]",
		"object":             "{}",
		"zero":               "0",
		"negative":           "-" + whole,
		"fraction":           whole + ".5",
		"fraction-of-zero":   whole + ".0",
		"exponent":           fmt.Sprintf("%d.%09de9", at/1e9, at%1e9),
		"exponent-of-zero":   whole + "e0",
		"2^31":               "2147483648",
		"2^53+1":             "9007199254740993",
		"2^63-1":             "9223372036854775807",
		"2^63":               "9223372036854775808",
		"2^64+now":           new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 64), big.NewInt(at)).String(),
		"-2^63":              "-9223372036854775808",
		"minus-zero":         "-0",
		"1e18":               "1e18",
		"1e300":              "1e300",
		"1e400":              "1e400",
		"milliseconds":       whole + "000",
		"year-9999":          "253402300799",
		"year-10000":         "253402300800",
		"a-hundred-digits":   "1" + strings.Repeat("0", 99),
		"hundred-decimals":   whole + "." + strings.Repeat("1", 100),
		"an-escaped-string":  `"\u0031"`,
		"hexadecimal-string": `"0x10"`,
	}
}

func (t *tokens) allFaults() []fault[token] {
	var all []fault[token]
	add := func(name string, do func(*token)) { all = append(all, fault[token]{name, do}) }
	header := func(name, member, value string) {
		add("header "+member+" "+name, func(k *token) { k.header.set(member, value) })
	}
	claim := func(name, member, value string) {
		add("claim "+member+" "+name, func(k *token) { k.payload.set(member, value) })
	}

	for _, alg := range []string{"none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "EdDSA", "Ed25519", "ES256K", "es256",
		"ES256 ", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS512", "RS1", "A128KW", "RSA-OAEP", "dir", ""} {
		header("says "+quoted(alg), "alg", quoted(alg))
	}
	each(map[string]string{"number": "1", "null": "null", "array": `["ES256"]`, "absent": ""}, func(name, value string) {
		header(name, "alg", value)
		header(name, "kid", value)
		header(name, "typ", value)
	})
	header("empty", "kid", `""`)
	header("unknown", "kid", `"nobody"`)
	header("of-another", "kid", `"p384"`)
	header("of-ed25519", "kid", `"ed25519"`)
	header("long", "kid", quoted(strings.Repeat("k", 300)))
	header("with-space", "kid", `" p256"`)
	header("upper", "kid", `"P256"`)
	add("header kid escaped", func(k *token) {
		k.header.set("kid", `"\u00`+fmt.Sprintf("%02x", k.with.id[0])+k.with.id[1:]+`"`)
	})
	for _, typ := range []string{"JWT", "JOSE", "jwt", "jose", "Jwt", "at+jwt", "application/jwt", "JWT ", "wit+jwt", ""} {
		header("says "+quoted(typ), "typ", quoted(typ))
	}
	each(map[string]string{
		"crit": `["exp"]`, "b64": "false", "zip": `"DEF"`, "jku": `"https://evil.example.org/keys"`, "x5u": `"https://evil.example.org/x"`,
		"x5t": `"AAAA"`, "cty": `"JWT"`, "nonce": `"n"`, "x5c": `["AAAA"]`, "iss": `"x"`, "enc": `"A128GCM"`, "p2c": "1000000000",
	}, func(name, value string) { header("is there", name, value) })
	header("is empty", "crit", "[]")
	header("is null", "crit", "null")
	header("names b64", "crit", `["b64"]`)
	header("is true", "b64", "true")
	add("header b64 and crit", func(k *token) { k.header.set("b64", "false"); k.header.set("crit", `["b64"]`) })
	add("header jwk signs", func(k *token) {
		jwk, _ := (&jose.JSONWebKey{Key: t.unknown.key.Public()}).MarshalJSON()
		k.with, k.alg = t.unknown, "ES256"
		k.header.set("alg", `"ES256"`)
		k.header.set("jwk", string(jwk))
	})
	for _, name := range []string{"alg", "kid", "typ"} {
		add("header "+name+" twice, the same", func(k *token) { k.header.again(name, or(k.header.get(name), `"JWT"`)) })
		add("header "+name+" twice", func(k *token) { k.header.again(name, `"other"`) })
		add("header "+name+" in upper case", func(k *token) { k.header.rename(name, strings.ToUpper(name)) })
		add("header "+name+" in upper case, too", func(k *token) { k.header.again(strings.ToUpper(name), `"x"`) })
	}
	for _, name := range sorted(writings) {
		add("header written "+name, func(k *token) { k.header.raw = writings[name] })
		add("payload written "+name, func(k *token) { k.payload.raw = writings[name] })
	}

	each(subjects, func(name, value string) { claim(name, "sub", quoted(value)) })
	each(map[string]string{"null": "null", "number": "1", "array": "[" + quoted(workload) + "]", "object": "{}", "absent": ""},
		func(name, value string) { claim(name, "sub", value) })
	claim("escaped", "sub", `"spiffe:\/\/example.org\/\u006es"`)
	ours, theirs := quoted(audience), `"https://other.example.org"`
	each(map[string]string{
		"absent": "", "null": "null", "number": "1", "true": "true", "object": "{}", "empty": `""`, "other": theirs, "array-of-one": "[" + ours + "]",
		"array-of-both": "[" + ours + "," + theirs + "]", "array-of-other": "[" + theirs + "]", "array-of-none": "[]", "twice": "[" + ours + "," + ours + "]",
		"with-number": "[" + ours + ",1]", "with-null": "[" + ours + ",null]", "with-empty": "[" + ours + `,""]`, "nested": "[[" + ours + "]]", "slash-after": quoted(audience + "/"), "upper": quoted(strings.ToUpper(audience)),
		"escaped": `"https:\/\/mintmark.example.or\u0067"`, "space-after": quoted(audience + " "),
	}, func(name, value string) { claim(name, "aud", value) })
	for _, name := range []string{"exp", "nbf", "iat"} {
		for _, form := range sorted(times(0)) {
			add("claim "+name+" "+form, func(k *token) {
				far := int64(300)
				if name != "exp" {
					far = -300
				}
				k.payload.set(name, times(k.now.Unix() + far)[form])
			})
		}
		for _, more := range []int64{-86400, -600, -90, -50, -10, 10, 45, 90, 600, 86400} {
			add(fmt.Sprintf("claim %s in %d s", name, more), func(k *token) { k.payload.set(name, seconds(k.now, more)) })
		}
		claim("absent", name, "")
	}
	for _, name := range []string{"sub", "aud", "exp", "iat"} {
		add("claim "+name+" twice, the same", func(k *token) { k.payload.again(name, k.payload.get(name)) })
		add("claim "+name+" twice", func(k *token) {
			k.payload.again(name, map[string]string{"exp": "1", "iat": "1"}[name]+strings.Repeat(`"x"`, btoi(name == "sub" || name == "aud")))
		})
		add("claim "+name+" in upper case", func(k *token) { k.payload.rename(name, strings.ToUpper(name)) })
		add("claim "+name+" in upper case, too", func(k *token) { k.payload.again(strings.ToUpper(name), `"x"`) })
	}
	claim("is there", "jti", `"j"`)
	claim("is a number", "jti", "1")
	claim("is there", "iss", `"https://issuer.example.org"`)
	claim("is a number", "iss", "1")
	claim("is there", "__proto__", "{}")
	claim("is there", "cnf", `{"jkt":"x"}`)

	t.compactFaults(add)
	t.signatureFaults(add)
	return all
}

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (t *tokens) compactFaults(add func(string, func(*token))) {
	part := func(name string, number int, change func(string) string) {
		add("form "+name, func(k *token) {
			k.compact = func(s string) string {
				parts := strings.Split(s, ".")
				parts[number] = change(parts[number])
				return strings.Join(parts, ".")
			}
		})
	}
	for i, name := range []string{"header", "payload", "signature"} {
		part("padding after the "+name, i, func(s string) string { return s + strings.Repeat("=", (4-len(s)%4)%4) })
		part("one = after the "+name, i, func(s string) string { return s + "=" })
		part("space in the "+name, i, func(s string) string { return within(s, " ") })
		part("line in the "+name, i, func(s string) string { return within(s, "\n") })
		part("line at the end of the "+name, i, func(s string) string { return s + "\r\n" })
		part("standard alphabet in the "+name, i, func(s string) string { return strings.NewReplacer("-", "+", "_", "/").Replace(s) })
		part("bits after the "+name, i, trailingBits)
		part("no "+name, i, func(string) string { return "" })
		part("a letter more in the "+name, i, func(s string) string { return s + "A" })
		part("percent in the "+name, i, func(s string) string { return "%" + fmt.Sprintf("%02X", s[0]) + s[1:] })
		part("not ASCII in the "+name, i, func(s string) string { return within(s, "é") })
		part("a null byte in the "+name, i, func(s string) string { return within(s, "\x00") })
	}
	whole := func(name string, change func(string) string) {
		add("form "+name, func(k *token) { k.compact = change })
	}
	whole("space before", func(s string) string { return " " + s })
	whole("line after", func(s string) string { return s + "\n" })
	whole("dot before", func(s string) string { return "." + s })
	whole("dot after", func(s string) string { return s + "." })
	whole("two parts", func(s string) string { return s[:strings.LastIndex(s, ".")] })
	whole("four parts", func(s string) string { return s + ".AAAA" })
	whole("five parts", func(s string) string { return s + ".AAAA.AAAA" })
	whole("empty", func(string) string { return "" })
	whole("quoted", quoted)
	whole("JSON, flattened", func(s string) string {
		p := strings.Split(s, ".")
		return fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, p[0], p[1], p[2])
	})
	whole("JSON, general", func(s string) string {
		p := strings.Split(s, ".")
		return fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q}]}`, p[1], p[0], p[2])
	})
	for range 12 { // the commonest of all faults
		whole("a character changed", func(s string) string {
			b := []byte(s)
			b[t.random.IntN(len(b))] ^= byte(1 << t.random.IntN(7))
			return string(b)
		})
	}
	whole("a character gone", func(s string) string {
		at := t.random.IntN(len(s))
		return s[:at] + s[at+1:]
	})
}

// within puts the text after the first characters, of which there may be two only.
func within(s, text string) string {
	at := min(4, len(s))
	return s[:at] + text + s[at:]
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// trailingBits sets a bit of the last character that belongs to no byte, where there is one.
func trailingBits(s string) string {
	if len(s)%4 == 0 {
		return s
	}
	return s[:len(s)-1] + string(alphabet[strings.IndexByte(alphabet, s[len(s)-1])|1])
}

func (t *tokens) signatureFaults(add func(string, func(*token))) {
	change := func(name string, do func(*token, []byte) []byte) {
		add("signature "+name, func(k *token) { k.after = func(s []byte) []byte { return do(k, s) } })
	}
	change("with a bit changed", func(_ *token, s []byte) []byte { s[t.random.IntN(len(s))] ^= 1 << t.random.IntN(8); return s })
	change("cut", func(_ *token, s []byte) []byte { return s[:len(s)-1] })
	change("with a zero after", func(_ *token, s []byte) []byte { return append(s, 0) })
	change("with a zero before", func(_ *token, s []byte) []byte { return append([]byte{0}, s...) })
	change("of zeros", func(_ *token, s []byte) []byte { return make([]byte, len(s)) })
	change("twice", func(_ *token, s []byte) []byte { return append(s, s...) })
	change("of one byte", func(*token, []byte) []byte { return []byte{1} })
	change("with the other s", func(k *token, sig []byte) []byte {
		if r, s, n, ok := k.halves(sig); ok {
			return pair(k.with.key.(*ecdsa.PrivateKey).Curve, r, s.Sub(n, s))
		}
		return sig
	})
	change("with r or s zero", func(k *token, sig []byte) []byte {
		half := len(sig) / 2
		copy(sig[half*t.random.IntN(2):][:half], make([]byte, half))
		return sig
	})
	change("with n for r", func(k *token, sig []byte) []byte {
		if _, s, n, ok := k.halves(sig); ok {
			return pair(k.with.key.(*ecdsa.PrivateKey).Curve, n, s)
		}
		return sig
	})
	change("in DER", func(k *token, sig []byte) []byte {
		if r, s, _, ok := k.halves(sig); ok {
			der, _ := asn1.Marshal(struct{ R, S *big.Int }{r, s})
			return der
		}
		return sig
	})
	change("plus the modulus", func(k *token, sig []byte) []byte {
		key, ok := k.with.key.(*rsa.PrivateKey)
		if !ok {
			return sig
		}
		sum := new(big.Int).Add(new(big.Int).SetBytes(sig), key.N)
		return sum.Bytes()
	})
	as := func(name string, with signer, alg string) {
		add("signed "+name, func(k *token) {
			k.with, k.alg = with, alg
			k.header.set("alg", quoted(alg))
			k.header.set("kid", quoted(with.id))
		})
	}
	as("by another trust domain's key of that ID", t.other, "ES256")
	as("by a key of no bundle", t.unknown, "ES256")
	as("by Ed25519", t.ed25519, "EdDSA")
	for _, s := range t.signers {
		for _, alg := range s.algs {
			if alg[:2] == "PS" {
				for _, salt := range []int{0, 1, 20, 100} {
					add(fmt.Sprintf("signed by %s with salt of %d", alg, salt), func(k *token) {
						k.with, k.alg, k.padding = s, alg, salt
						if salt == 0 { // means as much as fits
							k.padding = rsa.PSSSaltLengthAuto
						}
						k.header.set("alg", quoted(alg))
						k.header.set("kid", quoted(s.id))
					})
				}
			}
		}
	}
	add("signed by another algorithm of the key", func(k *token) {
		if len(k.with.algs) > 1 {
			k.alg = k.with.algs[t.random.IntN(len(k.with.algs))]
		}
	})
	add("signed by another curve's hash", func(k *token) {
		if _, ok := k.with.key.(*ecdsa.PrivateKey); ok {
			k.alg = []string{"ES256", "ES384", "ES512"}[t.random.IntN(3)]
			k.header.set("alg", quoted(k.alg))
		}
	})
	add("signed over another payload", func(k *token) { k.over = encoded([]byte(k.header.String())) + "." + encoded([]byte("{}")) })
	add("signed by HMAC with the public key", func(k *token) {
		der, _ := x509.MarshalPKIXPublicKey(k.with.key.Public())
		k.header.set("alg", `"HS256"`)
		k.compact = func(s string) string {
			message := s[:strings.LastIndex(s, ".")]
			mac := hmac.New(sha256.New, der)
			mac.Write([]byte(message))
			return message + "." + encoded(mac.Sum(nil))
		}
	})
}
