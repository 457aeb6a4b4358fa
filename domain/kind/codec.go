package kind

type codec struct{}
type structCodec struct{}
