/**
 * The second fence around secrets: whatever text is about to leave is searched for those that this process knows. The first
 * is that what holds a secret cannot be printed.
 */

import { hideAddressSecrets } from './address-secrets.ts';

/** Shorter ones would blot out ordinary words. */
const MIN_SECRET = 8;
const BLOT = '[secret]';

export class Redactor {
  readonly #forms = new Set<string>();

  /** In every form in which a program would write it by accident. Each line of it is a secret of its own. */
  add(secret: string): void {
    for (const each of [secret, ...secret.split('\n')].map((line) => line.trim())) {
      if (each.length < MIN_SECRET) continue;
      const bytes = Buffer.from(each, 'utf8');
      const decoded = /^[A-Za-z0-9+/_-]+={0,2}$/.test(each) ? Buffer.from(each, 'base64') : undefined;
      for (const form of [
        each,
        encodeURIComponent(each),
        JSON.stringify(each).slice(1, -1),
        bytes.toString('base64'),
        bytes.toString('hex'),
        ...(decoded === undefined ? [] : [decoded.toString('latin1'), decoded.toString('hex')]),
      ]) {
        if (form.length >= MIN_SECRET) this.#forms.add(form);
      }
    }
  }

  /** The text with every known secret, and every password within an address, blotted out. */
  clean(text: string): string {
    let cleaned = hideAddressSecrets(text);
    for (const form of this.#forms) cleaned = cleaned.replaceAll(form, BLOT);
    return cleaned;
  }
}
