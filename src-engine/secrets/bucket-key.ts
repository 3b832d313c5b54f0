/** Under which name the key of buckets is among the secrets. */
export const BUCKET_KEY_ENTRY = 'bucket-key';
