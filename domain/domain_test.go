package domain_test

import (
	"testing"

	"colocate/domain"
	"colocate/domain/kind"
)

func TestKindsCompile(t *testing.T) {
	t.Parallel()
	r, err := kind.Compile(domain.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	if r == nil {
		t.Fatal("no registry")
	}
}
