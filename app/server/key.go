package server

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"colocate/app/store/sqlitestore"
)

// KeyName is the name of the key's file in the data folder. It holds what seals
// the journal, ETags, cursors and tokens.
const KeyName = "colocate.key"

const keySize = 32

// readKey reads the key of a data folder, or makes it where there is neither a
// key nor a database. A key that others could read is refused (trust.md S11).
func readKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, KeyName)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newKey(dir, path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o); set it to 0600", path, info.Mode().Perm())
	}
	key, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("%s is not a key: it must hold %d bytes; put the folder's own key back", path, keySize)
	}
	return key, nil
}

// newKey makes a key that appears whole or not at all, also when two programs
// start at once.
func newKey(dir, path string) ([]byte, error) {
	if _, err := os.Stat(filepath.Join(dir, sqlitestore.FileName)); err == nil {
		return nil, fmt.Errorf("%s is missing beside the database; put it back from where its copy is kept", path)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be made: %w", dir, err)
	}
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the program instead
	f, err := os.CreateTemp(dir, ".key-*")
	if err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be written: %w", dir, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(key)
	if err := errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("the key %s cannot be written: %w", path, err)
	}
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return readKey(dir) // somebody was faster
	} else if err != nil {
		return nil, fmt.Errorf("the key %s cannot be written: %w", path, err)
	}
	return key, syncDir(dir)
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
