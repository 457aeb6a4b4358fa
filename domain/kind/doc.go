package kind

// Doc is a record outside its struct: its fields by their wire names, in the
// order of the struct. Values are string, int64, float64, bool, time.Time,
// nil, Doc and []any of these. JSON is read into it, the store writes it.
type Doc []Elem

// Elem is one field of a Doc.
type Elem struct {
	Name  string
	Value any
}

// Get returns the value of a field, and whether it is there.
func (d Doc) Get(name string) (any, bool) {
	for i := range d {
		if d[i].Name == name {
			return d[i].Value, true
		}
	}
	return nil, false
}

// Number is a JSON number as it was written, in a Doc read from JSON.
type Number string
