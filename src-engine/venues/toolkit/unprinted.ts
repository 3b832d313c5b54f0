/** Secrets that sign requests and must never be shown: private fields of a class that prints as a word. */
import { inspect } from 'node:util';
import { UserError } from '../../domain/errors.ts';

/** No log, error, JSON or copy shows what an heir holds in private fields, since these are not properties. */
export abstract class Unprinted {
  readonly #shown: string;

  /** @param title of the venue, which is all that is printed. */
  constructor(title: string) {
    this.#shown = `[${title} credentials]`;
  }

  toJSON(): string {
    return this.#shown;
  }

  toString(): string {
    return this.#shown;
  }

  [inspect.custom](): string {
    return this.#shown;
  }
}

/** An error about a half of a credential, without its value. @param source the page of the venue that shows it. */
export function badCredential(field: string, message: string, source: string): UserError {
  return new UserError({
    code: 'bad-credentials',
    field,
    message,
    remedy: `Copy it again from ${source}, in full and without spaces.`,
  });
}
