// Writes what Go's package regexp says of patterns: the reference's tuning asks it. For patterns.tsv, which PatternTests compares with:
//
//	go run patterns.go > patterns.tsv
package main

import (
	"fmt"
	"math/rand"
	"regexp"
	"strconv"
	"strings"
)

var keys = []string{
	"", "a", "ab", "abc", "aab", "net.ipv4.ip_forward", "net.ipv4.conf.IFNAME.arp_filter", "net/ipv4/conf/eth0.5/rp_filter", "NET.CORE.somaxconn",
	"x-y", "a\nb", "9", "_", "]", "é", "aé9", "a.b", "{2}", "aaaa", "b a",
}

var written = []string{
	`^net\.ipv4\.conf\.IFNAME\.[a-z_]*$`, `^net\.(ipv4|core)\.`, `net.ipv4.ip_forward`, `(?i)^net\.core`, `^(?:net\.core\.somaxconn|net\.ipv4\..*)$`, `.*`, ``, `^$`, `$`, `^`, `a|b|`, `|`,
	`[[:alpha:]]+9`, `[^[:word:]]`, `[]a]`, `[^]a]`, `[a-]`, `[-a]`, `[\d\-]`, `\Qa.b\E`, `\Qa.b`, `\Qab\E*`, `a{2}`, `a{2,}`, `a{1,3}b`, `a{,2}`, `{2}`, `a{x}`, `a**`, `a*?`, `a*??`, `(a`, `a)`,
	`[a`, `[a-`, `[z-a]`, `\`, `[\`, `\y`, `\8`, `\1`, `\12`, `\0`, `\x41`, `\x{61}`, `\x{}`, `\x4`, `\pL`, `\p{Lu}`, `\p{^L}`, `\PN`, `\p{Nope}`, `\pX`, `(?=a)`, `(?!a)`, `(?P<n>a)`, `(?P<n`, `(?P<>a)`,
	`(?i)A`, `(?i:A)b`, `(?-i)A`, `(?m)^b`, `^b`, `a$`, `(?m)a$`, `a.b`, `(?s)a.b`, `(?U)a+`, `(?x)a`, `(?`, `(?i`, `*`, `+a`, `a|*`, `(*)`, `(|a)`, `a{1001}`, `a{3,2}`, `\bip`, `\Bp\B`, `\A9\z`, `\Z`, `\C`,
	`[[:foo:]]`, `[[:^digit:]]`, `[a\]b]`, `(?i)[^a]`, `(a|b)*c`, `((a*)*)*b`, `(a{0,3}){2}c`, `[[:space:]]`, `\s`, `\S{3}`, `\W`, `\w{20}`, `x{0}y`, `é`, `[é]9`, `[^é]9`, `\-`, `\_`, `\.`, `\é`, `(?i)É`, `[a-\d]`, `a{01}`, `a{1,02}`, `(?i-s:A.)`, `(?ii)a`, `(?-)a`, `(?i-)a`,
}

func main() {
	rand.Seed(1)
	pieces := []string{"a", "b", "c", ".", "^", "$", "*", "+", "?", "|", "(", ")", "(?:", "[ab]", "[^a]", "[a-c]", `\d`, `\w`, `\W`, `\b`, `\B`, `\.`, "{2}", "{1,2}", "{0,}", "-", "_", "9", "(?i)", "net", "[", "]", `\s`, "A", "\\"}
	for i := 0; i < 600; i++ {
		var pattern strings.Builder
		for n := 1 + rand.Intn(8); n > 0; n-- {
			pattern.WriteString(pieces[rand.Intn(len(pieces))])
		}
		written = append(written, pattern.String())
	}
	quoted := make([]string, len(keys))
	for i, key := range keys {
		quoted[i] = strconv.Quote(key)
	}
	fmt.Println(strings.Join(quoted, "\t"))
	for _, pattern := range written {
		expression, err := regexp.Compile(pattern)
		if err != nil {
			fmt.Printf("%s\t%s\n", pattern, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			continue
		}
		fmt.Print(pattern, "\t")
		for _, key := range keys {
			if expression.MatchString(key) {
				fmt.Print(1)
			} else {
				fmt.Print(0)
			}
		}
		fmt.Println()
	}
}
