/** Makes ids in the form of a venue: never one twice, and the same in every run under a made clock. */
export type IdSource = { next(kind: 'order' | 'trade' | 'ledger'): string };
