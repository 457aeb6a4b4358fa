package server

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// certificate writes a certificate and its key, and returns who trusts it.
func certificate(t *testing.T) (cert, key string, trust *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	pair := s.TLS.Certificates[0]
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, key: {Type: "PRIVATE KEY", Bytes: der}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	trust = x509.NewCertPool()
	trust.AddCert(s.Certificate())
	return cert, key, trust
}

// TestTLS: version 1.2 or newer, and browsers are told to stay with it (W13).
func TestTLS(t *testing.T) {
	t.Parallel()
	cert, key, trust := certificate(t)
	r := start(t, func(c *Config) { c.TLSCert, c.TLSKey = cert, key })
	client := func(newest uint16) *http.Client {
		return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust, MinVersion: tls.VersionTLS10, MaxVersion: newest}}}
	}
	url := "https://" + r.Addr().String() + "/?lang=fr"
	follow := client(tls.VersionTLS13)
	follow.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := follow.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	if res.Header.Get("Strict-Transport-Security") == "" || len(res.Cookies()) != 1 || !res.Cookies()[0].Secure {
		t.Errorf("%v", res.Header)
	}
	if _, err := client(tls.VersionTLS11).Get(url); err == nil {
		t.Error("TLS 1.1 is accepted")
	}
}
