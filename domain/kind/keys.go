package kind

import "colocate/domain/value"

// The keys of value, under names that do not crowd the code here.
const (
	keyRequired    = value.KeyRequired
	keyTooLong     = value.KeyTooLong
	keyTooShort    = value.KeyTooShort
	keyRange       = value.KeyRange
	keyType        = value.KeyType
	keyEnum        = value.KeyEnum
	keyUnknown     = value.KeyUnknown
	keyServerOwned = value.KeyServerOwned
	keyPattern     = value.KeyPattern
	keyFuture      = value.KeyFuture
	keyReference   = value.KeyReference
	keyDuplicate   = value.KeyDuplicate
	keyTooMany     = value.KeyTooMany
	keyTooFew      = value.KeyTooFew
	keyCharacters  = value.KeyCharacters
)
