/** Secrets within addresses: passwords of databases and queues, tokens of engines. */

const IN_ADDRESS = [
  // scheme://user:password@host
  /(\b[a-z][a-z\d+.-]*:\/\/[^\s/?#:@]*:)([^\s/?#]+)(?=@)/gi,
  // ?password=… &sslpassword=… #token=…
  /([?&#](?:[a-z_-]*(?:password|passwd|secret|token|api[_-]?key)|pwd|pw)=)([^\s&#"']+)/gi,
];

/** True for a text with a password or a token in an address. */
export function hasAddressSecret(text: string): boolean {
  return hideAddressSecrets(text) !== text;
}

/** The text with passwords and tokens of addresses in it hidden. */
export function hideAddressSecrets(text: string): string {
  return IN_ADDRESS.reduce((hidden, form) => hidden.replaceAll(form, '$1***'), text);
}
