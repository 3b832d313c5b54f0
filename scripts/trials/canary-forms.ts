/** How a secret may look where it must not be: as it is, and in whatever form a program would write it by accident. */
const RESIDUES = [0, 1, 2] as const;
/** Shorter pieces are found anywhere by chance. */
const MIN_LENGTH = 12;

/** All forms of one secret, by a name for each. */
export function formsOf(name: string, secret: Buffer): Map<string, Buffer> {
  const forms = new Map<string, Buffer>([[`${name} as it is`, secret]]);
  const text = secret.toString('utf8');
  const put = (form: string, value: string): void => {
    if (value.length >= MIN_LENGTH) forms.set(`${name} ${form}`, Buffer.from(value));
  };
  put('in hex', secret.toString('hex'));
  put('in upper hex', secret.toString('hex').toUpperCase());
  put('percent-encoded', encodeURIComponent(text));
  put('in JSON', JSON.stringify(text).slice(1, -1));
  // Within a longer text that was encoded as a whole, the same bytes give one of three texts.
  for (const residue of RESIDUES) {
    const padded = Buffer.concat([Buffer.alloc(residue), secret]);
    const inner = padded.toString('base64').slice(residue === 0 ? 0 : 4, -4);
    put(`in base64, at ${residue}`, inner);
    put(`in base64url, at ${residue}`, inner.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

/** Names of the forms that are in these bytes. */
export function foundIn(bytes: Buffer, forms: ReadonlyMap<string, Buffer>): string[] {
  return [...forms].flatMap(([name, form]) => (bytes.includes(form) ? [name] : []));
}
